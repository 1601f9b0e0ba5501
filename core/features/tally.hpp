// What is summed up of a set of transactions, and how little of it has to be kept.
//
// A tally counts everything; what is kept of it in memory is only what some feature asks for, so
// the form of the kept bytes is made once for each series of values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/features/arithmetic.hpp"

namespace assay::core {

// Doubles in an order that int64 keeps; its own inverse.
constexpr std::int64_t reordered(std::int64_t bits) {
  return bits ^ ((bits >> 63) & std::numeric_limits<std::int64_t>::max());
}
// The value as minimum and maximum compare it, and back.
constexpr std::int64_t ordered(FieldType type, std::int64_t bits) {
  return type == FieldType::float64 ? reordered(bits) : bits;
}

struct Tally {
  std::uint64_t count = 0;
  Int128 sum = 0;
  Int128 roots = 0;  // sum of Root::of()
  UInt128 squares = 0;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();     // ordered()
  std::int64_t greatest = std::numeric_limits<std::int64_t>::min();  // ordered()
};

// Which parts of a tally somebody wants.
struct Parts {
  bool sum = false;
  bool squares = false;
  bool least = false;
  bool greatest = false;
  bool distinct = false;

  void add(const Parts& other) {
    sum |= other.sum;
    squares |= other.squares;
    least |= other.least;
    greatest |= other.greatest;
    distinct |= other.distinct;
  }
};

inline void add_to(Tally& tally, const Parts& parts, FieldType type, std::int64_t bits) {
  ++tally.count;
  const auto units = units_of(type, bits);
  if (parts.sum) tally.sum += units;
  if (parts.squares) {
    tally.roots += root_of(units);
    tally.squares += square_of(units);
  }
  if (parts.least) tally.least = std::min(tally.least, ordered(type, bits));
  if (parts.greatest) tally.greatest = std::max(tally.greatest, ordered(type, bits));
}

inline void merge(Tally& tally, const Tally& other) {
  tally.count += other.count;
  tally.sum += other.sum;
  tally.roots += other.roots;
  tally.squares += other.squares;
  tally.least = std::min(tally.least, other.least);
  tally.greatest = std::max(tally.greatest, other.greatest);
}

// What was merged in before. Extremes stay.
inline void take_away(Tally& tally, const Tally& other) {
  tally.count -= other.count;
  tally.sum -= other.sum;
  tally.roots -= other.roots;
  tally.squares -= other.squares;
}

// The kept form of a tally: the count, then the wanted parts one after the other.
class TallyForm final {
 public:
  TallyForm() = default;
  explicit TallyForm(const Parts& parts) : parts_(parts) {
    size_ = 8u + (parts.sum ? 16u : 0u) + (parts.squares ? 32u : 0u) + (parts.least ? 8u : 0u) +
            (parts.greatest ? 8u : 0u);
  }

  std::size_t size() const { return size_; }
  static constexpr std::size_t kMost = 72;  // of size()

  Tally load(const std::byte* at) const {
    Tally tally;
    const auto take = [&](auto& value) {
      std::memcpy(&value, at, sizeof value);
      at += sizeof value;
    };
    take(tally.count);
    if (parts_.sum) take(tally.sum);
    if (parts_.squares) {
      take(tally.roots);
      take(tally.squares);
    }
    if (parts_.least) take(tally.least);
    if (parts_.greatest) take(tally.greatest);
    return tally;
  }
  void store(std::byte* at, const Tally& tally) const {
    const auto put = [&](const auto& value) {
      std::memcpy(at, &value, sizeof value);
      at += sizeof value;
    };
    put(tally.count);
    if (parts_.sum) put(tally.sum);
    if (parts_.squares) {
      put(tally.roots);
      put(tally.squares);
    }
    if (parts_.least) put(tally.least);
    if (parts_.greatest) put(tally.greatest);
  }

 private:
  Parts parts_;
  std::size_t size_ = 8;
};

}  // namespace assay::core
