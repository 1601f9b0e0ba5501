// What a feature can ask of a key's history: the aggregates, by name, with what each takes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/layout.hpp"

namespace assay::core {

enum class Aggregate : std::uint8_t {
  count,
  sum,
  mean,
  stddev,
  min,
  max,
  distinct,
  last,
  elapsed,
  first_seen,
  speed
};

struct AggregateInfo {
  Aggregate aggregate;
  std::string_view name;
  std::uint8_t arguments;
  bool window;    // may have `over`
  bool previous;  // may have `over previous`
  std::string_view signature;
};

inline constexpr std::array<AggregateInfo, 11> kAggregates{{
    {Aggregate::count, "count", 0, true, true, "count()"},
    {Aggregate::sum, "sum", 1, true, true, "sum(field)"},
    {Aggregate::mean, "mean", 1, true, true, "mean(field)"},
    {Aggregate::stddev, "stddev", 1, true, true, "stddev(field)"},
    {Aggregate::min, "min", 1, true, true, "min(field)"},
    {Aggregate::max, "max", 1, true, true, "max(field)"},
    {Aggregate::distinct, "distinct", 1, true, true, "distinct(field)"},
    {Aggregate::last, "last", 1, true, false, "last(field)"},
    {Aggregate::elapsed, "elapsed", 0, true, false, "elapsed()"},
    {Aggregate::first_seen, "first_seen", 1, false, false, "first_seen(field)"},
    {Aggregate::speed, "speed", 2, true, false, "speed(latitude, longitude)"},
}};

constexpr const AggregateInfo& info(Aggregate aggregate) {
  return kAggregates[static_cast<std::size_t>(aggregate)];
}

// Those that look at earlier transactions one by one instead of summing a window up.
constexpr bool looks_back(Aggregate aggregate) {
  return aggregate == Aggregate::last || aggregate == Aggregate::elapsed ||
         aggregate == Aggregate::speed;
}

// Whether an argument may have that type.
constexpr bool takes(Aggregate aggregate, FieldType type) {
  const bool number = type == FieldType::int64 || type == FieldType::float64 ||
                      type == FieldType::decimal || type == FieldType::duration;
  switch (aggregate) {
    case Aggregate::sum:
    case Aggregate::mean:
    case Aggregate::stddev:
      return number;
    case Aggregate::min:
    case Aggregate::max:
      return number || type == FieldType::time;
    case Aggregate::speed:
      return type == FieldType::float64;
    default:
      return true;
  }
}

// The type of the result for an argument of that type (of none: int64).
constexpr FieldType result_type(Aggregate aggregate, FieldType argument) {
  switch (aggregate) {
    case Aggregate::count:
    case Aggregate::distinct:
      return FieldType::int64;
    case Aggregate::mean:
    case Aggregate::stddev:
    case Aggregate::speed:
      return FieldType::float64;
    case Aggregate::elapsed:
    case Aggregate::first_seen:
      return FieldType::duration;
    default:
      return argument;
  }
}

}  // namespace assay::core
