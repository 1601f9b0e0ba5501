// The C++ face of a batch: typed columns and the rows that are read through them.
//
// A column is a number that bind answered, with its C++ type: the compiler then refuses to read a
// text as an amount. Reading a cell gives an optional, because a field may be absent, and absent is
// never zero. Views only: nothing here owns memory, and a text is valid until the call returns.
#pragma once

#include <assay/plugin.h>

#include <chrono>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

// An amount at scale 4: 12.34 is 123400 units. The currency is a field of its own.
struct Money {
  std::int64_t units = 0;

  // Of whole currency units: Money::of(1000) is 1000.00.
  static constexpr Money of(std::int64_t whole) { return {whole * 10000}; }
  friend constexpr auto operator<=>(Money, Money) = default;
};

// Nanoseconds since 1970-01-01 UTC, in event time.
struct Time {
  std::int64_t nanoseconds = 0;
  friend constexpr auto operator<=>(Time, Time) = default;
};

using Duration = std::chrono::nanoseconds;
using seconds = std::chrono::seconds;
using minutes = std::chrono::minutes;
using hours = std::chrono::hours;

struct Token {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend constexpr auto operator<=>(Token, Token) = default;
};

namespace detail {

constexpr assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }
constexpr std::string_view from_c(assay_text text) { return {text.data, text.size}; }

inline const std::byte* at(const assay_batch& batch, std::uint64_t offset) {
  return reinterpret_cast<const std::byte*>(&batch) + offset;
}

template <class T>
T load(const std::byte* cell) {
  T value;
  std::memcpy(&value, cell, sizeof value);
  return value;
}

inline std::string_view text_of(const assay_batch& batch, assay_cell cell) {
  return {reinterpret_cast<const char*>(at(batch, batch.arena)) + cell.offset, cell.size};
}

// How a C++ type is named and read across the border.
template <class T>
struct Type;

template <>
struct Type<std::int64_t> {
  static constexpr std::uint32_t code = ASSAY_INT64;
  static std::int64_t read(const assay_batch&, const std::byte* cell) {
    return load<std::int64_t>(cell);
  }
};
template <>
struct Type<double> {
  static constexpr std::uint32_t code = ASSAY_DOUBLE;
  static double read(const assay_batch&, const std::byte* cell) { return load<double>(cell); }
};
template <>
struct Type<bool> {
  static constexpr std::uint32_t code = ASSAY_BOOL;
  static bool read(const assay_batch&, const std::byte* cell) {
    return load<std::int64_t>(cell) != 0;
  }
};
template <>
struct Type<Time> {
  static constexpr std::uint32_t code = ASSAY_TIME;
  static Time read(const assay_batch&, const std::byte* cell) { return {load<std::int64_t>(cell)}; }
};
template <>
struct Type<Duration> {
  static constexpr std::uint32_t code = ASSAY_DURATION;
  static Duration read(const assay_batch&, const std::byte* cell) {
    return Duration{load<std::int64_t>(cell)};
  }
};
template <>
struct Type<Money> {
  static constexpr std::uint32_t code = ASSAY_DECIMAL;
  static Money read(const assay_batch&, const std::byte* cell) {
    return {load<std::int64_t>(cell)};
  }
};
template <>
struct Type<std::string_view> {
  static constexpr std::uint32_t code = ASSAY_TEXT;
  static std::string_view read(const assay_batch& batch, const std::byte* cell) {
    return text_of(batch, load<assay_cell>(cell));
  }
};
template <>
struct Type<Token> {
  static constexpr std::uint32_t code = ASSAY_TOKEN;
  static Token read(const assay_batch&, const std::byte* cell) {
    const auto token = load<assay_token>(cell);
    return {token.high, token.low};
  }
};

}  // namespace detail

// A bound field of the transaction. Made by Binder; a default-made one must not be read.
template <class T>
class Field {
 public:
  Field() = default;
  explicit Field(std::uint32_t column) : column_(column) {}
  std::uint32_t column() const { return column_; }

 private:
  std::uint32_t column_ = 0;
};

// A bound feature (windowed history); read like a field.
template <class T>
class Feature : public Field<T> {
 public:
  using Field<T>::Field;
};

// One row of a batch. Cheap to copy; valid until the call returns.
class Row {
 public:
  Row(const assay_batch& batch, std::uint32_t index) : batch_(&batch), index_(index) {}

  // The value, or nothing where it is absent.
  template <class T>
  std::optional<T> operator[](Field<T> field) const {
    const auto& column = columns()[field.column()];
    const auto valid = detail::load<std::uint8_t>(
        detail::at(*batch_, column.validity + std::uint64_t{column.validity_stride} * index_));
    if (valid == ASSAY_ABSENT) return std::nullopt;
    return detail::Type<T>::read(
        *batch_, detail::at(*batch_, column.cells + std::uint64_t{column.stride} * index_));
  }

  std::uint32_t index() const { return index_; }

 private:
  const assay_column* columns() const {
    return reinterpret_cast<const assay_column*>(detail::at(*batch_, batch_->columns));
  }

  const assay_batch* batch_;
  std::uint32_t index_;
};

// "1234.50" for 12345000 units: at least two digits behind the point, at most four.
inline std::string to_string(Money money) {
  const auto negative = money.units < 0;
  auto units = negative ? 0 - static_cast<std::uint64_t>(money.units)
                        : static_cast<std::uint64_t>(money.units);
  std::string fraction = std::to_string(10000 + units % 10000).substr(1);
  while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
  return (negative ? "-" : "") + std::to_string(units / 10000) + "." + fraction;
}

// In the largest unit that divides it: "10m", "36h", "1500ms".
inline std::string to_string(Duration duration) {
  struct Unit {
    std::int64_t nanoseconds;
    const char* name;
  };
  constexpr Unit units[] = {{86'400'000'000'000, "d"}, {3'600'000'000'000, "h"},
                            {60'000'000'000, "m"},     {1'000'000'000, "s"},
                            {1'000'000, "ms"},         {1, "ns"}};
  for (const auto& unit : units) {
    if (duration.count() != 0 && duration.count() % unit.nanoseconds == 0) {
      return std::to_string(duration.count() / unit.nanoseconds) + unit.name;
    }
  }
  return "0s";
}

// For a sentence: "10 minutes", "1 day 12 hours", "1 second 500 ms"; what is finer than the second
// unit is left out.
inline std::string in_words(Duration duration) {
  struct Unit {
    std::uint64_t nanoseconds;
    const char* one;
    const char* several;
  };
  constexpr Unit units[] = {{86'400'000'000'000u, "day", "days"},
                            {3'600'000'000'000u, "hour", "hours"},
                            {60'000'000'000u, "minute", "minutes"},
                            {1'000'000'000u, "second", "seconds"},
                            {1'000'000u, "ms", "ms"},
                            {1u, "ns", "ns"}};
  const bool negative = duration.count() < 0;
  auto rest = negative ? 0 - static_cast<std::uint64_t>(duration.count())
                       : static_cast<std::uint64_t>(duration.count());
  std::string words;
  for (const auto& unit : units) {
    const auto count = rest / unit.nanoseconds;
    rest %= unit.nanoseconds;
    // The second unit is the one below the first, or none: "1 day 5 seconds" says too much.
    const bool last = !words.empty();
    if (count > 0) {
      words +=
          (last ? " " : "") + std::to_string(count) + ' ' + (count == 1 ? unit.one : unit.several);
    }
    if (last) break;
  }
  if (words.empty()) return "0 seconds";
  return (negative ? "-" : "") + words;
}

}  // namespace assay
