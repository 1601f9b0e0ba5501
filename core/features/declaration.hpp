// What a feature's text says: `sum(amount) by card over previous 24h where status == "ok"`.
//
//   aggregate(arguments) by key[, key...] [over [previous] window] [where predicate]
//
// The text is read here; which fields the names stand for, and what the predicate means, the plan
// finds out. Two texts that say the same have the same canonical text.
//
// Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/features/aggregate.hpp"
#include "core/features/feature_fault.hpp"

namespace assay::core {

struct FeatureDeclaration {
  struct Name {
    std::string text;
    std::size_t offset = 0;  // in the feature's text
  };

  Aggregate aggregate = Aggregate::count;
  std::vector<Name> arguments;
  std::vector<Name> keys;
  std::int64_t window = 0;  // nanoseconds; 0 where there is none
  bool previous = false;    // leaves the current transaction out
  std::string where;        // the predicate's text as it stands there; empty for none
  std::size_t where_offset = 0;
};

inline constexpr std::int64_t kLongestWindow = std::int64_t{3650} * 86'400'000'000'000;
inline constexpr std::size_t kLongestFeature = 4096;  // bytes of text
inline constexpr std::size_t kMostKeys = 8;

tl::expected<FeatureDeclaration, FeatureFault> parse_feature(std::string_view text);

// The same for all texts that say the same: blanks, units and the order of keys do not count.
std::string canonical_text(const FeatureDeclaration& declaration);

// "10m", "24h" is "1d": in the largest of the units s, m, h, d that divides it.
std::string window_text(std::int64_t nanoseconds);

}  // namespace assay::core
