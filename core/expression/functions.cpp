#include "core/expression/functions.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace assay::core::expression {
namespace {

using Key = std::tuple<std::string_view, std::size_t>;

Key key(const Overload& overload) { return {overload.name, overload.count}; }

std::vector<Overload> sorted() {
  std::vector<Overload> all;
  for (const auto part : {arithmetic_overloads(), text_overloads(), conversion_overloads(),
                          time_overloads(), list_overloads()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  std::ranges::stable_sort(all, {}, key);
  return all;
}

}  // namespace

std::span<const Overload> all_overloads() {
  static const std::vector<Overload> kAll = sorted();
  return kAll;
}

std::span<const Overload> overloads(std::string_view name, std::size_t count) {
  const auto all = all_overloads();
  const Key wanted{name, count};
  return {std::ranges::lower_bound(all, wanted, {}, key),
          std::ranges::upper_bound(all, wanted, {}, key)};
}

Value call_by_kind(std::span<const Overload> overloads, const Value* arguments, Scratch& scratch) {
  for (const auto& overload : overloads) {
    if (overload.fits(arguments)) return overload.call(arguments, scratch);
  }
  return error("nothing does that with values of these types");
}

}  // namespace assay::core::expression
