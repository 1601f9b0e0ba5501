// What a key's record holds of one window: where the window begins in the log, what it comes to.
//
// A view of bytes in the record; the window's shape says which sums there are.
//
// Thread: as its owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/features/event_log.hpp"
#include "core/features/tally.hpp"

namespace assay::core {

class WindowState final {
 public:
  struct Extreme {
    std::int64_t value;  // ordered()
    std::int64_t time;   // of the newest event that has it
  };
  struct Distinct {
    std::uint32_t values;
    std::uint32_t table;  // counts of values, where there are too many events to look through
  };

  WindowState(std::byte* at, const Parts& parts) : at_(at), parts_(&parts) {}

  static std::uint32_t bytes(const Parts& parts) {
    return 8u + (parts.sum ? 16u : 0u) + (parts.squares ? 32u : 0u) + (parts.least ? 16u : 0u) +
           (parts.greatest ? 16u : 0u) + (parts.distinct ? 8u : 0u);
  }

  void begin() const {
    std::memset(at_, 0, bytes(*parts_));
    forget_extremes();
  }
  void forget_extremes() const {
    if (parts_->least) set_least({std::numeric_limits<std::int64_t>::max(), kBefore});
    if (parts_->greatest) set_greatest({std::numeric_limits<std::int64_t>::min(), kBefore});
  }

  LogPosition& cursor() const { return *reinterpret_cast<LogPosition*>(at_); }
  std::uint32_t& count() const { return *reinterpret_cast<std::uint32_t*>(at_ + 4); }

  Extreme least() const { return load<Extreme>(least_at()); }
  Extreme greatest() const { return load<Extreme>(greatest_at()); }
  void set_least(Extreme extreme) const { store(least_at(), extreme); }
  void set_greatest(Extreme extreme) const { store(greatest_at(), extreme); }
  Distinct& distinct() const { return *reinterpret_cast<Distinct*>(at_ + distinct_at()); }

  // Extremes and distinct values are the caller's.
  void add(FieldType type, std::int64_t bits) const { change(type, bits, 1); }
  void remove(FieldType type, std::int64_t bits) const { change(type, bits, -1); }
  void add_extreme(FieldType type, std::int64_t bits, std::int64_t time) const {
    const auto value = ordered(type, bits);
    if (parts_->least) {
      const auto now = least();
      if (value < now.value || (value == now.value && time > now.time)) set_least({value, time});
    }
    if (parts_->greatest) {
      const auto now = greatest();
      if (value > now.value || (value == now.value && time > now.time)) set_greatest({value, time});
    }
  }
  void subtract(const Tally& tally) const {
    count() -= static_cast<std::uint32_t>(tally.count);
    if (parts_->sum) store(8, load<Int128>(8) - tally.sum);
    if (!parts_->squares) return;
    store(roots_at(), load<Int128>(roots_at()) - tally.roots);
    store(roots_at() + 16, load<UInt128>(roots_at() + 16) - tally.squares);
  }
  // With its extremes, which last until `time`.
  void add(const Tally& tally, std::int64_t time) const {
    count() += static_cast<std::uint32_t>(tally.count);
    if (parts_->sum) store(8, load<Int128>(8) + tally.sum);
    if (parts_->squares) {
      store(roots_at(), load<Int128>(roots_at()) + tally.roots);
      store(roots_at() + 16, load<UInt128>(roots_at() + 16) + tally.squares);
    }
    if (parts_->least && tally.least < least().value) set_least({tally.least, time});
    if (parts_->greatest && tally.greatest > greatest().value) {
      set_greatest({tally.greatest, time});
    }
  }

  Tally tally() const {
    Tally all;
    all.count = count();
    if (parts_->sum) all.sum = load<Int128>(8);
    if (parts_->squares) {
      all.roots = load<Int128>(roots_at());
      all.squares = load<UInt128>(roots_at() + 16);
    }
    if (parts_->least) all.least = least().value;
    if (parts_->greatest) all.greatest = greatest().value;
    return all;
  }

 private:
  static constexpr std::int64_t kBefore = std::numeric_limits<std::int64_t>::min();

  std::uint32_t roots_at() const { return parts_->sum ? 24 : 8; }
  std::uint32_t least_at() const { return roots_at() + (parts_->squares ? 32u : 0u); }
  std::uint32_t greatest_at() const { return least_at() + (parts_->least ? 16u : 0u); }
  std::uint32_t distinct_at() const { return greatest_at() + (parts_->greatest ? 16u : 0u); }

  template <class T>
  T load(std::uint32_t offset) const {
    T value;
    std::memcpy(&value, at_ + offset, sizeof value);
    return value;
  }
  template <class T>
  void store(std::uint32_t offset, const T& value) const {
    std::memcpy(at_ + offset, &value, sizeof value);
  }
  void change(FieldType type, std::int64_t bits, int by) const {
    count() += static_cast<std::uint32_t>(by);
    if (!parts_->sum && !parts_->squares) return;
    const auto units = units_of(type, bits);
    if (parts_->sum) store(8, load<Int128>(8) + Int128{units} * by);
    if (!parts_->squares) return;
    store(roots_at(), load<Int128>(roots_at()) + root_of(units) * by);
    const auto square = square_of(units);
    const auto squares = load<UInt128>(roots_at() + 16);
    store(roots_at() + 16, by > 0 ? squares + square : squares - square);
  }

  std::byte* at_;
  const Parts* parts_;
};

}  // namespace assay::core
