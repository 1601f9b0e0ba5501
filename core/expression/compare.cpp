#include "core/expression/compare.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "core/expression/money.hpp"

namespace assay::core::expression {
namespace {

// -1, 0, 1; 2 for what has no order: a NaN.
using Order = int;
constexpr Order kNone = 2;

template <class T>
Order order(const T& left, const T& right) {
  return left < right ? -1 : left > right ? 1 : left == right ? 0 : kNone;
}

Order reversed(Order order) { return order == kNone ? kNone : -order; }

// A whole number and a double, exactly: a double of 2^63 is larger than every int64.
Order order_whole(Wide whole, double with) {
  if (std::isnan(with)) return kNone;
  constexpr double kBeyond = 18446744073709551616.0;  // 2^64
  if (with >= kBeyond) return -1;
  if (with <= -kBeyond) return 1;
  const double floor = std::floor(with);
  const Order wholes = order(whole, static_cast<Wide>(floor));
  return wholes == 0 && floor < with ? -1 : wholes;
}

Wide whole(const Value& value) {
  return value.is(Kind::uint64) ? Wide{value.natural} : Wide{value.integer};
}

Order order_numbers(const Value& left, const Value& right) {
  if (right.is(Kind::float64)) {
    if (left.is(Kind::float64)) return order(left.real, right.real);
    if (left.is(Kind::decimal)) return compare_money(left.integer, right.real);
    return order_whole(whole(left), right.real);
  }
  if (left.is(Kind::float64)) return reversed(order_numbers(right, left));
  const Wide scale_left = left.is(Kind::decimal) ? 1 : kUnits;
  const Wide scale_right = right.is(Kind::decimal) ? 1 : kUnits;
  return order(whole(left) * scale_left, whole(right) * scale_right);
}

Order order_instants(const Value& left, const Value& right) {
  const Order seconds = order(left.integer, right.integer);
  return seconds == 0 ? order(left.size, right.size) : seconds;
}

bool holds_for(Relation relation, Order order) {
  if (order == kNone) return relation == Relation::unequal;
  return holds(relation, order, 0);
}

bool is_ordered(Kind kind) {
  return kind == Kind::boolean || kind == Kind::text || kind == Kind::bytes || kind == Kind::time ||
         kind == Kind::duration;
}

Order order_alike(const Value& left, const Value& right) {
  switch (left.kind) {
    case Kind::text:
    case Kind::bytes:
      return order(left.text().compare(right.text()), 0);
    case Kind::time:
    case Kind::duration:
      return order_instants(left, right);
    default:
      return order(left.integer, right.integer);
  }
}

template <Relation R>
Value compare_any(const Value* a, Scratch&) {
  if constexpr (R == Relation::equal) return boolean(same(a[0], a[1]));
  if constexpr (R == Relation::unequal) return boolean(!same(a[0], a[1]));
  if (is_number(a[0].kind) && is_number(a[1].kind)) {
    return boolean(holds_for(R, order_numbers(a[0], a[1])));
  }
  if (a[0].kind == a[1].kind && is_ordered(a[0].kind)) {
    return boolean(holds_for(R, order_alike(a[0], a[1])));
  }
  return error("values of these types have no order");
}

template <Relation R>
Value compare_integer(const Value* a, Scratch&) {
  return boolean(holds(R, a[0].integer, a[1].integer));
}
template <Relation R>
Value compare_double(const Value* a, Scratch&) {
  return boolean(holds(R, a[0].real, a[1].real));
}
template <Relation R>
Value compare_text(const Value* a, Scratch&) {
  return boolean(holds(R, a[0].text(), a[1].text()));
}

template <Relation R>
Function chosen(Kind left, Kind right) {
  if (left != right) return compare_any<R>;
  switch (left) {
    case Kind::boolean:
    case Kind::int64:
    case Kind::decimal:
      return compare_integer<R>;
    case Kind::float64:
      return compare_double<R>;
    case Kind::text:
    case Kind::bytes:
      return compare_text<R>;
    default:
      return compare_any<R>;
  }
}

}  // namespace

std::optional<Relation> relation(std::string_view sign) {
  constexpr std::array<std::string_view, 6> kSigns{"==", "!=", "<", "<=", ">", ">="};
  for (std::size_t i = 0; i < kSigns.size(); ++i) {
    if (kSigns[i] == sign) return static_cast<Relation>(i);
  }
  return std::nullopt;
}

bool same(const Value& left, const Value& right) {
  if (is_number(left.kind) && is_number(right.kind)) return order_numbers(left, right) == 0;
  if (left.kind != right.kind) return false;
  switch (left.kind) {
    case Kind::list:
      for (std::uint32_t i = 0; i < left.size && left.size == right.size; ++i) {
        if (!same(left.items[i], right.items[i])) return false;
      }
      return left.size == right.size;
    case Kind::text:
    case Kind::bytes:
    case Kind::token:
      return left.text() == right.text();
    case Kind::time:
    case Kind::duration:
      return order_instants(left, right) == 0;
    default:
      return left.integer == right.integer;
  }
}

Function comparison(Relation relation, Kind left, Kind right) {
  switch (relation) {
    case Relation::equal:
      return chosen<Relation::equal>(left, right);
    case Relation::unequal:
      return chosen<Relation::unequal>(left, right);
    case Relation::less:
      return chosen<Relation::less>(left, right);
    case Relation::at_most:
      return chosen<Relation::at_most>(left, right);
    case Relation::more:
      return chosen<Relation::more>(left, right);
    case Relation::at_least:
      return chosen<Relation::at_least>(left, right);
  }
  return nullptr;
}

}  // namespace assay::core::expression
