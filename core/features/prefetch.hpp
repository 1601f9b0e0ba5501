// Asks for memory ahead of its use.
//
// Inlined by force: a function that only prefetches looks to g++ 12 like one without effect, and
// its calls are dropped.
#pragma once

#include <cstddef>

namespace assay::core {

// All cache lines that hold some of these bytes; `bytes` at least 1.
[[gnu::always_inline]] inline void prefetch_bytes(const std::byte* at, std::size_t bytes) {
  constexpr std::size_t kLine = 64;
  const auto* const last = at + bytes - 1;
  for (; at < last; at += kLine) __builtin_prefetch(at);
  __builtin_prefetch(last);
}

}  // namespace assay::core
