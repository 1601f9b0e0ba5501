// Places in memory that will be looked at soon, asked for in one go.
//
// A fetch of what the processor has no page entry for holds up everything behind it while the page
// is looked for, some hundred nanoseconds; several at once are looked for side by side. So whoever
// knows of a place notes it here, and the list is asked for when a round of noting has ended.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace assay::core {

class FetchList final {
 public:
  void add(const std::byte* at) {
    if (size_ == kMost) ask();
    lines_[size_++] = at;
  }
  // All cache lines that hold some of these bytes; `bytes` at least 1.
  void add(const std::byte* at, std::size_t bytes) {
    constexpr std::size_t kLine = 64;
    const auto into = reinterpret_cast<std::uintptr_t>(at) % kLine;
    for (std::size_t line = 0; line < into + bytes; line += kLine) add(at - into + line);
  }

  // Inlined by force: a function that only prefetches looks to g++ 12 like one without effect, and
  // its calls are dropped.
  [[gnu::always_inline]] void ask() {
    for (std::size_t i = 0; i < size_; ++i) __builtin_prefetch(lines_[i]);
    size_ = 0;
  }

 private:
  static constexpr std::size_t kMost = 128;
  std::array<const std::byte*, kMost> lines_;
  std::size_t size_ = 0;
};

}  // namespace assay::core
