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
  // All cache lines that hold some of these bytes; `bytes` at least 1.
  void add(const std::byte* at, std::size_t bytes = 1) {
    if (size_ == kMost) ask();
    ranges_[size_++] = {at, at + bytes};
  }

  // Inlined by force: a function that only prefetches looks to g++ 12 like one without effect, and
  // its calls are dropped.
  [[gnu::always_inline]] void ask() {
    constexpr std::size_t kLine = 64;
    for (std::size_t i = 0; i < size_; ++i) {
      const auto& range = ranges_[i];
      const auto* at = range.begin - reinterpret_cast<std::uintptr_t>(range.begin) % kLine;
      for (; at < range.end; at += kLine) __builtin_prefetch(at);
    }
    size_ = 0;
  }

 private:
  struct Range {
    const std::byte* begin;
    const std::byte* end;
  };
  static constexpr std::size_t kMost = 128;
  std::array<Range, kMost> ranges_;
  std::size_t size_ = 0;
};

}  // namespace assay::core
