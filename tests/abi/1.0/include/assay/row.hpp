// Rows of a batch, read through typed columns.
//
// A column is a number that bind answered, with its C++ type: the compiler then refuses to read a
// text as an amount. Reading a cell gives an optional, because a field may be absent, and absent is
// never zero. Views only: nothing here owns memory, and a text is valid until the call returns.
#pragma once

#include <assay/values.hpp>
#include <cstddef>
#include <cstring>
#include <optional>

namespace assay {

namespace detail {

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

// A feature together with its coverage: how much of its window has been seen. A column of its own,
// so only rules that ask for it pay for it.
template <class T>
class CoveredFeature : public Feature<T> {
 public:
  CoveredFeature() = default;
  CoveredFeature(std::uint32_t column, Field<Duration> coverage)
      : Feature<T>(column), coverage_(coverage) {}
  Field<Duration> coverage() const { return coverage_; }

 private:
  Field<Duration> coverage_;
};

// One row of a batch. Cheap to copy; valid until the call returns.
class Row {
 public:
  Row(const assay_batch& batch, std::uint32_t index) : batch_(&batch), index_(index) {}

  // The value, or nothing where it is absent.
  template <class T>
  std::optional<T> operator[](Field<T> field) const {
    if (validity(field) == ASSAY_ABSENT) return std::nullopt;
    const auto& column = columns()[field.column()];
    return detail::Type<T>::read(
        *batch_, detail::at(*batch_, column.cells + std::uint64_t{column.stride} * index_));
  }

  // Whether the value comes from less history than the feature's window asks for: the store is
  // younger, or has forgotten. A cold count is a lower bound.
  template <class T>
  bool cold(Feature<T> feature) const {
    return validity(feature) == ASSAY_COLD;
  }

  // How much of the feature's window has been seen without a gap; absent where the feature is.
  template <class T>
  std::optional<Duration> coverage(CoveredFeature<T> feature) const {
    return (*this)[feature.coverage()];
  }

  std::uint32_t index() const { return index_; }

 private:
  template <class T>
  std::uint8_t validity(Field<T> field) const {
    const auto& column = columns()[field.column()];
    return detail::load<std::uint8_t>(
        detail::at(*batch_, column.validity + std::uint64_t{column.validity_stride} * index_));
  }

  const assay_column* columns() const {
    return reinterpret_cast<const assay_column*>(detail::at(*batch_, batch_->columns));
  }

  const assay_batch* batch_;
  std::uint32_t index_;
};

}  // namespace assay
