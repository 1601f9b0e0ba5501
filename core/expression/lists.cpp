// Functions of lists.
#include <algorithm>
#include <cmath>

#include "core/expression/compare.hpp"
#include "core/expression/functions.hpp"

namespace assay::core::expression {
namespace {

using Arguments = const Value*;

Value join(Arguments a, Scratch& scratch) {
  if (a[0].size == 0) return a[1];
  if (a[1].size == 0) return a[0];
  const std::size_t size = std::size_t{a[0].size} + a[1].size;
  Value* const items = scratch.values(size);
  if (items == nullptr) return error(kNoRoom);
  std::copy(a[1].list().begin(), a[1].list().end(),
            std::copy(a[0].list().begin(), a[0].list().end(), items));
  return list(items, size);
}

Value size(Arguments a, Scratch&) { return int64(a[0].size); }

Value is_in(Arguments a, Scratch&) {
  const auto items = a[1].list();
  return boolean(
      std::any_of(items.begin(), items.end(), [&](const Value& item) { return same(a[0], item); }));
}

Value item(const Value& of, std::uint64_t place) {
  return place < of.size ? of.items[place] : error("the list has no element at that place");
}

// A negative place is a very large one, and no list has it.
Value item_int(Arguments a, Scratch&) { return item(a[0], a[1].natural); }

Value item_double(Arguments a, Scratch&) {
  const double place = a[1].real;
  if (!(place >= 0) || place != std::floor(place) || place >= a[0].size) {
    return error("the list has no element at that place");
  }
  return item(a[0], static_cast<std::uint64_t>(place));
}

constexpr auto kList = Kind::list;

constexpr Overload kLists[] = {
    {"+", Written::sign, 2, {kList, kList}, Kind::any, join, true},
    {"size", Written::either, 1, {kList}, Kind::int64, size},
    {"in", Written::sign, 2, {Kind::any, kList}, Kind::boolean, is_in},
    {"[]", Written::sign, 2, {kList, Kind::int64}, Kind::any, item_int},
    {"[]", Written::sign, 2, {kList, Kind::uint64}, Kind::any, item_int},
    {"[]", Written::sign, 2, {kList, Kind::float64}, Kind::any, item_double},
};

}  // namespace

std::span<const Overload> list_overloads() { return kLists; }

}  // namespace assay::core::expression
