// How long to wait before trying again: exponential with full jitter.
//
// The bound doubles from `first` to `longest`; the wait is a random share of it, so that many who
// lost the same peer do not come back at the same moment. (Full jitter: M. Brooker, "Exponential
// Backoff And Jitter", AWS Architecture Blog, 2015.) A peer that names a wait is obeyed.
#pragma once

#include <algorithm>
#include <cstdint>

namespace assay::core {

class Backoff final {
 public:
  static constexpr std::int64_t kFirst = 200'000'000;       // nanoseconds
  static constexpr std::int64_t kLongest = 30'000'000'000;  // nanoseconds

  // After so many attempts that failed. `random` is uniform over all its values; `asked_for` in
  // nanoseconds, 0 for nothing.
  static std::int64_t wait(unsigned attempts, std::uint64_t random, std::int64_t asked_for) {
    const auto bound = std::min(kLongest, kFirst << std::min(attempts, 16u));
    const auto wait = static_cast<std::int64_t>(random % static_cast<std::uint64_t>(bound)) + 1;
    return std::max(wait, std::min(asked_for, kLongest));
  }
  std::int64_t next(std::uint64_t random, std::int64_t asked_for) {
    return wait(attempts_++, random, asked_for);
  }
  void succeeded() { attempts_ = 0; }
  unsigned attempts() const { return attempts_; }

 private:
  unsigned attempts_ = 0;
};

}  // namespace assay::core
