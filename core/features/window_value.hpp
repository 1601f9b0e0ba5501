// What a feature makes of what a window comes to.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/features/arithmetic.hpp"
#include "core/features/key_windows.hpp"
#include "core/features/store_shape.hpp"
#include "core/features/window_state.hpp"

namespace assay::core {

inline std::uint32_t distinct_of(const WindowState& state) { return state.distinct().values; }
inline std::uint32_t distinct_of(const WindowSum& sum) { return sum.values; }

// The value that an answer asks for. `sums`: a window's state or a WindowSum; `more`: there may be
// more distinct values.
template <class Sums>
[[gnu::always_inline]] inline void put_value(const WindowAnswer& one, const Sums& sums, bool more,
                                             FeatureAnswer& to) {
  to.present = true;
  switch (one.aggregate) {
    case Aggregate::sum: {
      const auto total = sum_of(one.argument, sums.sum());
      to.bits = total.bits;
      if (total.saturated) to.flags |= kFeatureSaturated;
      break;
    }
    case Aggregate::mean:
      to.present = sums.count() > 0;
      if (to.present) to.put(mean_of(one.argument, sums.sum(), sums.count()));
      break;
    case Aggregate::stddev:
      if (held_of(sums.roots()) != 0) to.flags |= kFeatureSaturated;
      to.present = sums.count() > 1;
      if (to.present) {
        to.put(stddev_of(one.argument, sums.roots(), sums.squares(), sums.count()));
      }
      break;
    case Aggregate::min:
      to.present = sums.count() > 0;
      to.bits = ordered(one.argument, sums.least());
      break;
    case Aggregate::max:
      to.present = sums.count() > 0;
      to.bits = ordered(one.argument, sums.greatest());
      break;
    case Aggregate::distinct: {
      const std::uint32_t values = distinct_of(sums);
      to.bits = more ? kMostValues : std::min(values, kMostValues);
      if (more || values > kMostValues) to.flags |= kFeatureSaturated;
      break;
    }
    default:
      to.bits = static_cast<std::int64_t>(sums.count());
      break;
  }
}

}  // namespace assay::core
