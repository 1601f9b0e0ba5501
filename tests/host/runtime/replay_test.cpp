#include "host/runtime/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace assay::host {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kHour = 3'600'000;          // milliseconds
constexpr std::int64_t kSkew = kHour * 1'000'000;  // nanoseconds
constexpr std::int64_t kStart = 1'700'000'000'000;

// A log per partition: the stamps of its records, the first of which may be gone.
struct Log {
  std::int64_t low = 0;
  std::vector<std::int64_t> stamps;  // of the records from `low` on
};

class Broker {
 public:
  std::map<std::int32_t, Log> logs;
  int questions = 0;

  OffsetsAt ask() {
    return [this](std::span<const Moment> moments)
               -> tl::expected<std::vector<std::optional<core::Offset>>, KafkaError> {
      ++questions;
      std::vector<std::optional<core::Offset>> found;
      for (const auto& moment : moments) {
        const auto& log = logs.at(moment.partition.value);
        const auto at = std::find_if(log.stamps.begin(), log.stamps.end(),
                                     [&](auto stamp) { return stamp >= moment.milliseconds; });
        found.push_back(at == log.stamps.end()
                            ? std::nullopt
                            : std::optional(core::Offset{log.low + (at - log.stamps.begin())}));
      }
      return found;
    };
  }
};

Position at(std::int32_t partition, std::int64_t next) { return {{partition}, {next}}; }

// A record an hour.
Log hourly(std::int64_t records, std::int64_t low = 0) {
  Log log{low, {}};
  for (std::int64_t i = 0; i < records; ++i) log.stamps.push_back(kStart + i * kHour);
  return log;
}

TEST(replay, begins_the_remembered_span_and_the_skew_before_the_last_record_that_was_taken) {
  Broker broker;
  broker.logs[0] = hourly(100);
  const auto from = replay_from({at(0, 50)}, 24 * kHour * 1'000'000, kSkew, broker.ask());
  ASSERT_TRUE(from);
  EXPECT_THAT(*from, ElementsAre(at(0, 24))) << "record 49, less 24 hours, less an hour of skew";
  EXPECT_LT(broker.questions, 50);
}

TEST(replay, asks_for_all_partitions_at_once_and_begins_each_at_its_own_place) {
  Broker broker;
  broker.logs[0] = hourly(100);
  broker.logs[1] = hourly(100, 1'000);
  const auto from = replay_from({at(0, 100), at(1, 1'010)}, kHour * 1'000'000, kSkew, broker.ask());
  ASSERT_TRUE(from);
  EXPECT_THAT(*from, ElementsAre(at(0, 97), at(1, 1'007)));
  EXPECT_LT(broker.questions, 50);
}

TEST(replay, has_nothing_before_the_start_of_the_log) {
  Broker broker;
  broker.logs[0] = hourly(10);
  const auto from = replay_from({at(0, 0), at(1, -1)}, kHour, kSkew, broker.ask());
  ASSERT_TRUE(from);
  EXPECT_THAT(*from, ElementsAre(at(0, 0), at(1, -1)));
  EXPECT_EQ(broker.questions, 0);
}

TEST(replay, stops_at_what_the_log_still_has) {
  Broker broker;
  broker.logs[0] = hourly(10, 500);
  const auto from = replay_from({at(0, 505)}, 1'000 * kHour * 1'000'000, kSkew, broker.ask());
  ASSERT_TRUE(from);
  EXPECT_THAT(*from, ElementsAre(at(0, 500)));
}

TEST(replay, of_a_log_that_lost_all_that_was_taken_begins_where_it_resumes) {
  Broker broker;
  broker.logs[0] = {500, {}};
  const auto from = replay_from({at(0, 500)}, kHour, kSkew, broker.ask());
  ASSERT_TRUE(from);
  EXPECT_THAT(*from, ElementsAre(at(0, 500)));
}

TEST(replay, tells_what_the_broker_said_where_it_does_not_know) {
  const auto from = replay_from({at(0, 5)}, kHour, kSkew, [](std::span<const Moment>) {
    return tl::unexpected(KafkaError{RD_KAFKA_RESP_ERR__TIMED_OUT, "nobody there"});
  });
  ASSERT_FALSE(from);
  EXPECT_EQ(from.error().words, "nobody there");
}

// Stamps may jump back and forth: the search ends, and never begins behind the resume position.
RC_GTEST_PROP(replay, ends_for_any_stamps_and_never_skips_ahead, ()) {
  Broker broker;
  auto& log = broker.logs[0];
  log.low = *rc::gen::inRange(0, 50);
  for (const auto offset : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1'000'000))) {
    log.stamps.push_back(kStart + offset);
  }
  const auto end = log.low + static_cast<std::int64_t>(log.stamps.size());
  const auto resume = *rc::gen::inRange<std::int64_t>(log.low, end + 1);
  const auto from = replay_from(
      {at(0, resume)}, *rc::gen::inRange(1, 1'000) * std::int64_t{1'000'000}, kSkew, broker.ask());
  RC_ASSERT(from.has_value());
  RC_ASSERT((*from)[0].next.value <= resume);
}

}  // namespace
}  // namespace assay::host
