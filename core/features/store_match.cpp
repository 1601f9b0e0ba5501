#include "core/features/store_match.hpp"

#include <algorithm>

namespace assay::core {
namespace {

using Number = StoreMatch::Number;
using Features = std::vector<std::uint32_t>;  // numbers among the store's

Features features_of(const WindowShape& window) {
  Features all;
  for (const auto& one : window.previous) all.push_back(one.feature);
  for (const auto& one : window.current) all.push_back(one.feature);
  return all;
}

Features features_of(const TrailShape& trail) {
  Features all;
  for (const auto& one : trail.answers) all.push_back(one.feature);
  return all;
}

Features features_of(const FirstShape& first) { return first.features; }

// For each part of the new one, the elder's that one of its features is answered by.
template <class Part>
std::vector<Number> matched(const std::vector<Part>& elder, const std::vector<Part>& next,
                            std::span<const Number> origins) {
  std::vector<Number> numbers;
  for (const auto& part : next) {
    auto& number = numbers.emplace_back();
    for (const auto feature : features_of(part)) {
      if (!origins[feature]) continue;
      for (std::uint32_t i = 0; i < elder.size() && !number; ++i) {
        const auto theirs = features_of(elder[i]);
        if (std::ranges::find(theirs, *origins[feature]) != theirs.end()) number = i;
      }
    }
  }
  return numbers;
}

}  // namespace

StoreMatch::StoreMatch(const StoreShape& elder, const StoreShape& next,
                       std::span<const Number> origins)
    : log_columns_(next.log_columns.size()),
      windows_(matched(elder.windows, next.windows, origins)),
      trails_(matched(elder.trails, next.trails, origins)),
      firsts_(matched(elder.firsts, next.firsts, origins)) {
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    if (!windows_[i]) continue;
    const auto& ours = next.windows[i];
    const auto& theirs = elder.windows[*windows_[i]];
    series_.push_back({theirs.mask, ours.mask});
    const auto takes_column = [&](const WindowAnswer& one) {
      return info(one.aggregate).arguments > 0;
    };
    if (std::ranges::any_of(ours.previous, takes_column) ||
        std::ranges::any_of(ours.current, takes_column)) {
      log_columns_[ours.column] = theirs.column;
    }
  }
}

}  // namespace assay::core
