// What a key's record holds of one window: where the window begins in the log, what it comes to.
//
// A view of bytes in the record. Which sums there are, and where each stands, is worked out once
// for all keys: the window's form.
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

// Places in a window's bytes, behind its cursor and its count; 0 for what nobody asks for.
struct WindowForm {
  std::uint16_t sum = 0;
  std::uint16_t roots = 0;  // and the squares behind them
  std::uint16_t least = 0;
  std::uint16_t greatest = 0;
  std::uint16_t distinct = 0;
  std::uint16_t bytes = 8;

  WindowForm() = default;
  explicit WindowForm(const Parts& parts) {
    const auto place = [&](bool wanted, std::uint16_t size) -> std::uint16_t {
      if (!wanted) return 0;
      const auto at = bytes;
      bytes = static_cast<std::uint16_t>(bytes + size);
      return at;
    };
    sum = place(parts.sum, 16);
    roots = place(parts.squares, 32);
    least = place(parts.least, 16);
    greatest = place(parts.greatest, 16);
    distinct = place(parts.distinct, 8);
  }
};

class WindowState final {
 public:
  struct Distinct {
    std::uint32_t values;
    std::uint32_t table;  // counts of values, where there are too many events to look through
  };

  WindowState(std::byte* at, const WindowForm& form) : at_(at), form_(&form) {}

  void begin() const {
    std::memset(at_, 0, form_->bytes);
    forget_extremes();
  }
  void forget_extremes() const {
    if (form_->least != 0) set_least(std::numeric_limits<std::int64_t>::max(), kBefore);
    if (form_->greatest != 0) set_greatest(std::numeric_limits<std::int64_t>::min(), kBefore);
  }

  LogPosition& cursor() const { return *reinterpret_cast<LogPosition*>(at_); }
  std::uint32_t& count() const { return *reinterpret_cast<std::uint32_t*>(at_ + 4); }
  Distinct& distinct() const { return *reinterpret_cast<Distinct*>(at_ + form_->distinct); }

  // Only what the form has.
  Int128 sum() const { return load<Int128>(form_->sum); }
  Int128 roots() const { return load<Int128>(form_->roots); }
  UInt128 squares() const { return load<UInt128>(form_->roots + 16u); }
  // ordered(), with the time of the newest event that has it
  std::int64_t least() const { return load<std::int64_t>(form_->least); }
  std::int64_t least_time() const { return load<std::int64_t>(form_->least + 8u); }
  std::int64_t greatest() const { return load<std::int64_t>(form_->greatest); }
  std::int64_t greatest_time() const { return load<std::int64_t>(form_->greatest + 8u); }
  void set_least(std::int64_t value, std::int64_t time) const {
    store(form_->least, value);
    store(form_->least + 8u, time);
  }
  void set_greatest(std::int64_t value, std::int64_t time) const {
    store(form_->greatest, value);
    store(form_->greatest + 8u, time);
  }
  // Without extremes.
  Tally tally() const {
    Tally all;
    all.count = count();
    if (form_->sum != 0) all.sum = sum();
    if (form_->roots != 0) {
      all.roots = roots();
      all.squares = squares();
    }
    return all;
  }
  // Whether the least or the greatest value was last there at `time` or before.
  bool outlived(std::int64_t time) const {
    return (form_->least != 0 && least_time() <= time) ||
           (form_->greatest != 0 && greatest_time() <= time);
  }

  // Extremes and distinct values are the caller's.
  void add(FieldType type, std::int64_t bits) const { change(type, bits, 1); }
  void remove(FieldType type, std::int64_t bits) const { change(type, bits, -1); }
  // Takes the value for an extreme if it is one.
  void add_extreme(FieldType type, std::int64_t bits, std::int64_t time) const {
    const auto value = ordered(type, bits);
    if (form_->least != 0 && (value < least() || (value == least() && time > least_time()))) {
      set_least(value, time);
    }
    if (form_->greatest != 0 &&
        (value > greatest() || (value == greatest() && time > greatest_time()))) {
      set_greatest(value, time);
    }
  }
  void subtract(const Tally& tally) const {
    count() -= static_cast<std::uint32_t>(tally.count);
    if (form_->sum != 0) store(form_->sum, sum() - tally.sum);
    if (form_->roots != 0) {
      store(form_->roots, roots() - tally.roots);
      store(form_->roots + 16u, squares() - tally.squares);
    }
  }
  // With its extremes, which last until `time`.
  void add(const Tally& tally, std::int64_t time) const {
    count() += static_cast<std::uint32_t>(tally.count);
    if (form_->sum != 0) store(form_->sum, sum() + tally.sum);
    if (form_->roots != 0) {
      store(form_->roots, roots() + tally.roots);
      store(form_->roots + 16u, squares() + tally.squares);
    }
    if (form_->least != 0 && tally.least < least()) set_least(tally.least, time);
    if (form_->greatest != 0 && tally.greatest > greatest()) set_greatest(tally.greatest, time);
  }

 private:
  static constexpr std::int64_t kBefore = std::numeric_limits<std::int64_t>::min();

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
    if (form_->sum + form_->roots == 0) return;
    const auto units = units_of(type, bits);
    if (form_->sum != 0) store(form_->sum, by > 0 ? sum() + units : sum() - units);
    if (form_->roots == 0) return;
    const auto root = root_of(units);
    const auto square = square_of(units);
    store(form_->roots, by > 0 ? roots() + root : roots() - root);
    store(form_->roots + 16u, by > 0 ? squares() + square : squares() - square);
  }

  std::byte* at_;
  const WindowForm* form_;
};

}  // namespace assay::core
