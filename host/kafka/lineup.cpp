#include "host/kafka/lineup.hpp"

#include <algorithm>

namespace assay::host {

void Lineup::show(std::size_t lane, std::int64_t time) {
  auto& one = lanes_[lane];
  one.head = time;
  one.shows = true;
  one.idle = false;
}

void Lineup::take(std::size_t lane) {
  auto& one = lanes_[lane];
  one.reached = std::max(one.reached, one.head);
  one.shows = false;
}

std::optional<std::size_t> Lineup::next(std::int64_t others) const {
  std::optional<std::size_t> lowest;
  auto slowest = others;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const auto& lane = lanes_[i];
    if (lane.shows) {
      if (!lowest || lane.head < lanes_[*lowest].head) lowest = i;
    } else if (!lane.idle) {
      slowest = std::min(slowest, lane.reached);
    }
  }
  if (lowest && lanes_[*lowest].head > limit(slowest)) return std::nullopt;
  return lowest;
}

std::int64_t Lineup::slowest() const {
  auto slowest = nobody;
  for (const auto& lane : lanes_) {
    // A late record holds nobody back: the partition has been further already.
    if (lane.shows) slowest = std::min(slowest, std::max(lane.head, lane.reached));
    if (!lane.shows && !lane.idle) slowest = std::min(slowest, lane.reached);
  }
  return slowest;
}

bool Lineup::holds(std::size_t lane, std::int64_t others) const {
  return lanes_[lane].shows && lanes_[lane].head > limit(std::min(others, slowest()));
}

std::size_t Lineup::held(std::int64_t others) const {
  const auto latest = limit(std::min(others, slowest()));
  return static_cast<std::size_t>(std::ranges::count_if(
      lanes_, [&](const Lane& lane) { return lane.shows && lane.head > latest; }));
}

std::int64_t Lineup::limit(std::int64_t slowest) const {
  std::int64_t sum = 0;
  if (slowest == unknown) return unknown;
  return __builtin_add_overflow(slowest, alignment_, &sum) ? nobody : sum;
}

}  // namespace assay::host
