// The places of the simulated world: where customers live, where merchants stand, where people
// travel and where stolen cards are used. Coordinates are city centres from public general
// knowledge, rounded to a hundredth of a degree (about a kilometre); they serve a simulation, not
// navigation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace assay::host {

enum class SummerTime : std::uint8_t { none, europe, north_america };

struct City {
  std::string_view name;
  std::string_view country;    // ISO 3166-1 alpha-2
  std::string_view time_zone;  // IANA
  std::int32_t latitude_e4;    // degrees times 10,000
  std::int32_t longitude_e4;
  std::int16_t utc_offset_minutes;  // standard time
  SummerTime summer_time;
};

// Every city; the first home_city_count() of them lie in euro countries, and only there do
// customers live.
std::span<const City> cities();
std::size_t home_city_count();

// Great-circle distance in whole kilometres.
std::int64_t distance_km(const City& from, const City& to);

}  // namespace assay::host
