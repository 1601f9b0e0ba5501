// How long things took: how many took at most so long, for a few lengths from a quarter of a
// millisecond to five minutes.
//
// Thread: the owner's; copies are plain values.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace assay::host {

class Histogram final {
 public:
  // Seconds; what took longer than the last is counted behind it.
  static constexpr std::array kBounds{0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                      0.025,   0.05,   0.1,   0.25,   0.5,   1.0,
                                      2.5,     5.0,    10.0,  30.0,   60.0,  300.0};

  // A time below zero, as between two clocks, counts as none.
  void add(std::chrono::nanoseconds took, std::uint64_t times) {
    const double seconds = std::max(std::chrono::duration<double>(took).count(), 0.0);
    const auto at = std::ranges::lower_bound(kBounds, seconds) - kBounds.begin();
    counts_[static_cast<std::size_t>(at)] += times;
    seconds_ += seconds * static_cast<double>(times);
  }
  Histogram& operator+=(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    seconds_ += other.seconds_;
    return *this;
  }

  // Those that took at most kBounds[i], and longer than the bound before; behind the last bound,
  // the rest.
  [[nodiscard]] std::uint64_t count(std::size_t i) const { return counts_[i]; }
  [[nodiscard]] double seconds() const { return seconds_; }  // of all together

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  double seconds_ = 0;
};

}  // namespace assay::host
