// What must become of each record of the log, and what must not: the judge of a simulated run.
//
// Works from the log alone. A record is sound, or unreadable, or one that a store can never take;
// everything else that happens to it is the fault of somebody else and must leave no trace.
//
// Thread: one.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/sinks/step.hpp"

namespace assay::simulation {

inline constexpr std::int32_t kPartitions = 2;
inline constexpr std::int64_t kLogEnd = 48;  // of each partition

struct Place {
  std::int32_t partition;
  std::int64_t offset;
  auto operator<=>(const Place&) const = default;
};

class Ledger final {
 public:
  explicit Ledger(const std::vector<core::Step>& steps) : steps_(&steps) {}

  // The log has gaps, as a compacted one.
  static bool exists(std::int64_t offset) { return offset % 9 != 7; }
  static bool readable(std::int64_t offset) { return offset % 13 != 5; }
  // By the store that is asked, for its data.
  static bool acceptable(std::int64_t offset) { return offset % 11 != 3; }

  static std::string payload(std::int64_t offset) {
    if (!readable(offset)) return "{not json";
    const auto number = std::to_string(offset);
    return R"({"id":")" + number + R"(","time":1700000000,"amount":)" + number + "}";
  }

  using Taken = std::map<Place, int>;

  void taken(const std::string& step, Place place) {
    ++taken_[step][place];
    once_.insert({step, place});
  }
  // What a store of the step holds now, and what it holds after a restore.
  [[nodiscard]] Taken taken_by(const std::string& step) const {
    const auto found = taken_.find(step);
    return found == taken_.end() ? Taken{} : found->second;
  }
  void restored(const std::string& step, Taken taken) { taken_[step] = std::move(taken); }
  // `step` is empty for what could not be read.
  void dead_letter(const std::string& step, Place place) {
    EXPECT_FALSE(step.empty() ? readable(place.offset) : acceptable(place.offset))
        << "an outage became a dead letter: " << words(step, place);
    letters_.insert({step, place});
  }

  // Nothing below may be missing in this step: a cursor or a commit is about to pass it.
  void expect_done(const core::Step& step, std::int32_t partition, std::int64_t below) const {
    for (std::int64_t offset = 0; offset < below; ++offset) {
      if (!exists(offset)) continue;
      EXPECT_TRUE(done(step.id, {partition, offset}))
          << "a position passes a record that is nowhere: " << words(step.id, {partition, offset});
    }
  }
  // A commit may not pass what no store ever held. What a restore takes away behind it is read
  // again from the cursor that went back as well.
  void expect_committable(std::int32_t partition, std::int64_t next) const {
    for (const auto& step : *steps_) {
      for (std::int64_t offset = 0; step.required && offset < next; ++offset) {
        const Place place{partition, offset};
        if (!exists(offset) || once_.contains({step.id, place})) continue;
        EXPECT_TRUE(done(step.id, place))
            << "a commit passes a record that was nowhere: " << words(step.id, place);
      }
    }
  }

  // At the end: nothing lost, and nothing twice where there is a cursor.
  void expect_complete() const {
    for (const auto& step : *steps_) {
      for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
        if (step.required) expect_done(step, partition, kLogEnd);
      }
      const auto found = taken_.find(step.id);
      if (found == taken_.end()) continue;
      for (const auto& [place, times] : found->second) {
        EXPECT_TRUE(exists(place.offset) && readable(place.offset) && acceptable(place.offset))
            << "nobody sent this: " << words(step.id, place);
        if (!step.transactional) continue;
        EXPECT_EQ(times, 1) << "stored twice: " << words(step.id, place);
      }
    }
  }

 private:
  // By the step, or by its fallback or the step that it is one of: they are finished together.
  bool done(const std::string& step, Place place) const {
    if (!readable(place.offset)) return letters_.contains({"", place});
    const auto by = [&](const std::string& id) {
      if (!acceptable(place.offset)) return letters_.contains({id, place});
      const auto found = taken_.find(id);
      return found != taken_.end() && found->second.contains(place);
    };
    const auto& one = *std::ranges::find(*steps_, step, &core::Step::id);
    const auto other = one.fallback ? std::optional(one.fallback->step) : one.fallback_of;
    return by(step) || (other && by((*steps_)[*other].id));
  }
  static std::string words(const std::string& step, Place place) {
    return "step `" + step + "`, partition " + std::to_string(place.partition) + ", offset " +
           std::to_string(place.offset);
  }

  const std::vector<core::Step>* steps_;
  std::map<std::string, Taken> taken_;
  std::set<std::pair<std::string, Place>> once_;
  std::set<std::pair<std::string, Place>> letters_;
};

}  // namespace assay::simulation
