// The limits of a rule, each with its score: of those that a value exceeds the highest decides.
//
// A limit is the largest value that is allowed. Counts, amounts and other numbers are compared at
// the scale of amounts, so one list serves all of them.
#pragma once

#include <algorithm>
#include <assay/config.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace assay::rules {

inline Money scaled(Money value) { return value; }
inline Money scaled(double value) {
  constexpr double most = 9.2e18;
  return {std::llround(std::clamp(value * 10'000, -most, most))};
}
inline Money scaled(std::int64_t value) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max() / 10'000;
  return Money::of(std::clamp(value, -most, most));
}

// Back, for the evidence beside a value of that type; a count's limit loses its fraction, which no
// count can have.
template <class T>
T unscaled(Money limit) {
  if constexpr (std::is_same_v<T, Money>)
    return limit;
  else if constexpr (std::is_same_v<T, double>)
    return static_cast<double>(limit.units) / 10'000;
  else
    return limit.units / 10'000;
}

class Limits {
 public:
  struct Limit {
    Money limit;
    double score = 0;
  };

  // Reads `limits`, or else the one limit that `limit` and `score` are.
  Limits() = default;
  Limits(const Config& config, Money limit, double score) {
    if (config.has("limits") && (config.has("limit") || config.has("score"))) {
      throw config.refuse("limits", "`limits` stands beside `limit` or `score`")
          .advise("give one limit by `limit` and `score`, several by `limits`");
    }
    for (std::uint32_t i = 0; i < config.count("limits"); ++i) {
      const auto entry = "limits." + std::to_string(i);
      limits_.push_back({config.get(entry + ".limit", limit), config.get(entry + ".score", score)});
    }
    if (limits_.empty())
      limits_.push_back({config.get("limit", limit), config.get("score", score)});
    std::sort(limits_.begin(), limits_.end(),
              [](const auto& a, const auto& b) { return a.limit > b.limit; });
  }

  // Null where none is exceeded.
  const Limit* exceeded_by(Money value) const {
    const auto found = std::find_if(limits_.begin(), limits_.end(),
                                    [&](const auto& one) { return value > one.limit; });
    return found == limits_.end() ? nullptr : &*found;
  }

 private:
  std::vector<Limit> limits_;  // the highest first
};

}  // namespace assay::rules
