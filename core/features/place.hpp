// How far and how fast: the distance between two places, and the speed that it takes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>

namespace assay::core {

// Kilometres along a great circle; degrees.
inline double distance_km(double latitude1, double longitude1, double latitude2,
                          double longitude2) {
  constexpr double kEarth = 6371.0088;  // mean radius
  constexpr double kDegree = std::numbers::pi / 180;
  const auto lat = std::sin((latitude2 - latitude1) * kDegree / 2);
  const auto lon = std::sin((longitude2 - longitude1) * kDegree / 2);
  const auto h =
      lat * lat + std::cos(latitude1 * kDegree) * std::cos(latitude2 * kDegree) * lon * lon;
  return 2 * kEarth * std::asin(std::sqrt(std::min(1.0, h)));
}

// km/h; absent below one kilometre, where places are not that exact. At least a minute is assumed:
// clocks of terminals are not exact either.
inline std::optional<double> speed_kmh(double kilometres, std::int64_t nanoseconds) {
  constexpr std::int64_t kLeast = 60'000'000'000;
  constexpr double kHour = 3.6e12;
  if (!(kilometres >= 1)) return std::nullopt;
  return kilometres / (static_cast<double>(std::max(nanoseconds, kLeast)) / kHour);
}

}  // namespace assay::core
