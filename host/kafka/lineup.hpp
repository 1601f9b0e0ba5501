// Which of several partitions goes next: the one whose first waiting record has the lowest event
// time, unless it would run further ahead of the slowest than it may.
//
// A partition is *idle* when there is nothing of it to read, and then it holds nobody back. One
// that has nothing here yet but is not known to be idle holds the others at the newest time it
// has reached itself, plus the alignment: its next record may be about to come.
//
// Pure. Thread: the owner's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace assay::host {

class Lineup final {
 public:
  /// Nanoseconds since 1970, as all times here. Of a partition of which nothing is known yet.
  static constexpr std::int64_t unknown = std::numeric_limits<std::int64_t>::min();
  /// The slowest of nobody: holds nobody back.
  static constexpr std::int64_t nobody = std::numeric_limits<std::int64_t>::max();

  /// `alignment`: how far one may be ahead of the slowest.
  explicit Lineup(std::int64_t alignment) : alignment_(alignment) {}

  /// That many lanes, one for each partition, and nothing known of them.
  void reset(std::size_t lanes) { lanes_.assign(lanes, {}); }

  /// The event time of the lane's first record; it had none.
  void show(std::size_t lane, std::int64_t time);
  /// The first record was taken.
  void take(std::size_t lane);
  /// There is nothing of it to read, until the next show().
  void rest(std::size_t lane) { lanes_[lane].idle = true; }

  [[nodiscard]] bool shows(std::size_t lane) const { return lanes_[lane].shows; }
  [[nodiscard]] bool idle(std::size_t lane) const { return lanes_[lane].idle; }

  /// The lane to take from; nothing where none may go. `others`: the slowest elsewhere.
  [[nodiscard]] std::optional<std::size_t> next(std::int64_t others) const;
  /// Of those that are not idle.
  [[nodiscard]] std::int64_t slowest() const;
  /// Whether its first record must wait for a slower partition, here or elsewhere.
  [[nodiscard]] bool holds(std::size_t lane, std::int64_t others) const;
  /// How many must.
  [[nodiscard]] std::size_t held(std::int64_t others) const;
  /// The latest time that may be taken while the slowest stands there.
  [[nodiscard]] std::int64_t limit(std::int64_t slowest) const;

 private:
  struct Lane {
    std::int64_t head = unknown;
    std::int64_t reached = unknown;  // the newest time taken
    bool shows = false;
    bool idle = false;
  };

  std::int64_t alignment_;
  std::vector<Lane> lanes_;
};

}  // namespace assay::host
