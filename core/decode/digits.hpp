// Eight ASCII digits at once, in one machine word.
//
// Private to the decoder. Each reads eight bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace assay::core {

// Whether all eight bytes are digits: the high halves must be 3 before and after 6 is added, which
// 0x3A to 0x3F do not survive.
inline bool eight_digits(const char* at) {
  constexpr std::uint64_t kHigh = 0xF0F0F0F0F0F0F0F0;
  constexpr std::uint64_t kThrees = 0x3030303030303030;
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return (word & kHigh) == kThrees && ((word + 0x0606060606060606) & kHigh) == kThrees;
}

// Their value, where all are digits: neighbours are joined, first digits, then pairs, then fours.
inline std::uint64_t value_of_eight(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  word = (word & 0x0F0F0F0F0F0F0F0F) * (10 * 0x100 + 1) >> 8;
  word = (word & 0x00FF00FF00FF00FF) * (100 * 0x10000 + 1) >> 16;
  return (word & 0x0000FFFF0000FFFF) * (10'000 * 0x100000000 + 1) >> 32;
}

}  // namespace assay::core
