#include "host/produce/cities.hpp"

#include <cmath>
#include <numbers>

namespace assay::host {
namespace {

// clang-format off
constexpr City table[] = {
    // Euro countries: customers live here.
    {"Berlin", "DE", "Europe/Berlin", 525200, 134000, 60, SummerTime::europe},
    {"Munich", "DE", "Europe/Berlin", 481400, 115800, 60, SummerTime::europe},
    {"Hamburg", "DE", "Europe/Berlin", 535500, 99900, 60, SummerTime::europe},
    {"Frankfurt", "DE", "Europe/Berlin", 501100, 86800, 60, SummerTime::europe},
    {"Cologne", "DE", "Europe/Berlin", 509400, 69600, 60, SummerTime::europe},
    {"Paris", "FR", "Europe/Paris", 488600, 23500, 60, SummerTime::europe},
    {"Lyon", "FR", "Europe/Paris", 457600, 48400, 60, SummerTime::europe},
    {"Marseille", "FR", "Europe/Paris", 433000, 53700, 60, SummerTime::europe},
    {"Madrid", "ES", "Europe/Madrid", 404200, -37000, 60, SummerTime::europe},
    {"Barcelona", "ES", "Europe/Madrid", 413900, 21700, 60, SummerTime::europe},
    {"Valencia", "ES", "Europe/Madrid", 394700, -3800, 60, SummerTime::europe},
    {"Rome", "IT", "Europe/Rome", 419000, 125000, 60, SummerTime::europe},
    {"Milan", "IT", "Europe/Rome", 454600, 91900, 60, SummerTime::europe},
    {"Naples", "IT", "Europe/Rome", 408500, 142700, 60, SummerTime::europe},
    {"Amsterdam", "NL", "Europe/Amsterdam", 523700, 49000, 60, SummerTime::europe},
    {"Rotterdam", "NL", "Europe/Amsterdam", 519200, 44800, 60, SummerTime::europe},
    {"Brussels", "BE", "Europe/Brussels", 508500, 43500, 60, SummerTime::europe},
    {"Antwerp", "BE", "Europe/Brussels", 512200, 44000, 60, SummerTime::europe},
    {"Vienna", "AT", "Europe/Vienna", 482100, 163700, 60, SummerTime::europe},
    {"Salzburg", "AT", "Europe/Vienna", 478100, 130500, 60, SummerTime::europe},
    {"Dublin", "IE", "Europe/Dublin", 533500, -62600, 0, SummerTime::europe},
    {"Lisbon", "PT", "Europe/Lisbon", 387200, -91400, 0, SummerTime::europe},
    {"Porto", "PT", "Europe/Lisbon", 411500, -86100, 0, SummerTime::europe},
    {"Helsinki", "FI", "Europe/Helsinki", 601700, 249400, 120, SummerTime::europe},
    {"Athens", "GR", "Europe/Athens", 379800, 237300, 120, SummerTime::europe},
    {"Luxembourg", "LU", "Europe/Luxembourg", 496100, 61300, 60, SummerTime::europe},
    // The rest of the world: travel and trouble.
    {"London", "GB", "Europe/London", 515100, -1300, 0, SummerTime::europe},
    {"Manchester", "GB", "Europe/London", 534800, -22400, 0, SummerTime::europe},
    {"Zurich", "CH", "Europe/Zurich", 473700, 85400, 60, SummerTime::europe},
    {"Geneva", "CH", "Europe/Zurich", 462000, 61400, 60, SummerTime::europe},
    {"Copenhagen", "DK", "Europe/Copenhagen", 556800, 125700, 60, SummerTime::europe},
    {"Stockholm", "SE", "Europe/Stockholm", 593300, 180700, 60, SummerTime::europe},
    {"Oslo", "NO", "Europe/Oslo", 599100, 107500, 60, SummerTime::europe},
    {"Warsaw", "PL", "Europe/Warsaw", 522300, 210100, 60, SummerTime::europe},
    {"Prague", "CZ", "Europe/Prague", 500800, 144400, 60, SummerTime::europe},
    {"Budapest", "HU", "Europe/Budapest", 475000, 190400, 60, SummerTime::europe},
    {"Bucharest", "RO", "Europe/Bucharest", 444300, 261000, 120, SummerTime::europe},
    {"Istanbul", "TR", "Europe/Istanbul", 410100, 289800, 180, SummerTime::none},
    {"Kyiv", "UA", "Europe/Kyiv", 504500, 305200, 120, SummerTime::europe},
    {"Casablanca", "MA", "Africa/Casablanca", 335700, -75900, 60, SummerTime::none},
    {"Cairo", "EG", "Africa/Cairo", 300400, 312400, 120, SummerTime::none},
    {"Lagos", "NG", "Africa/Lagos", 65200, 33800, 60, SummerTime::none},
    {"Nairobi", "KE", "Africa/Nairobi", -12900, 368200, 180, SummerTime::none},
    {"Johannesburg", "ZA", "Africa/Johannesburg", -262000, 280500, 120, SummerTime::none},
    {"Dubai", "AE", "Asia/Dubai", 252000, 552700, 240, SummerTime::none},
    {"Mumbai", "IN", "Asia/Kolkata", 190800, 728800, 330, SummerTime::none},
    {"Delhi", "IN", "Asia/Kolkata", 286100, 772100, 330, SummerTime::none},
    {"Bangkok", "TH", "Asia/Bangkok", 137600, 1005000, 420, SummerTime::none},
    {"Singapore", "SG", "Asia/Singapore", 13500, 1038200, 480, SummerTime::none},
    {"Jakarta", "ID", "Asia/Jakarta", -62100, 1068500, 420, SummerTime::none},
    {"Manila", "PH", "Asia/Manila", 146000, 1209800, 480, SummerTime::none},
    {"Hong Kong", "HK", "Asia/Hong_Kong", 223200, 1141700, 480, SummerTime::none},
    {"Shanghai", "CN", "Asia/Shanghai", 312300, 1214700, 480, SummerTime::none},
    {"Seoul", "KR", "Asia/Seoul", 375700, 1269800, 540, SummerTime::none},
    {"Tokyo", "JP", "Asia/Tokyo", 356800, 1396900, 540, SummerTime::none},
    {"Sydney", "AU", "Australia/Sydney", -338700, 1512100, 600, SummerTime::none},
    {"New York", "US", "America/New_York", 407100, -740100, -300, SummerTime::north_america},
    {"Boston", "US", "America/New_York", 423600, -710600, -300, SummerTime::north_america},
    {"Miami", "US", "America/New_York", 257600, -801900, -300, SummerTime::north_america},
    {"Chicago", "US", "America/Chicago", 418800, -876300, -360, SummerTime::north_america},
    {"Los Angeles", "US", "America/Los_Angeles", 340500, -1182400, -480, SummerTime::north_america},
    {"San Francisco", "US", "America/Los_Angeles", 377700, -1224200, -480, SummerTime::north_america},
    {"Toronto", "CA", "America/Toronto", 436500, -793800, -300, SummerTime::north_america},
    {"Mexico City", "MX", "America/Mexico_City", 194300, -991300, -360, SummerTime::none},
    {"Bogota", "CO", "America/Bogota", 47100, -740700, -300, SummerTime::none},
    {"Sao Paulo", "BR", "America/Sao_Paulo", -235500, -466300, -180, SummerTime::none},
    {"Buenos Aires", "AR", "America/Argentina/Buenos_Aires", -346000, -583800, -180, SummerTime::none},
};
// clang-format on
constexpr std::size_t homes = 26;

double radians(std::int32_t degrees_e4) { return degrees_e4 / 1e4 * std::numbers::pi / 180.0; }

}  // namespace

std::span<const City> cities() { return table; }

std::size_t home_city_count() { return homes; }

std::int64_t distance_km(const City& from, const City& to) {
  constexpr double earth_radius_km = 6371.0;
  const double from_latitude = radians(from.latitude_e4);
  const double to_latitude = radians(to.latitude_e4);
  const double half_latitude = std::sin((to_latitude - from_latitude) / 2);
  const double half_longitude =
      std::sin((radians(to.longitude_e4) - radians(from.longitude_e4)) / 2);
  const double chord = half_latitude * half_latitude + std::cos(from_latitude) *
                                                           std::cos(to_latitude) * half_longitude *
                                                           half_longitude;
  return std::llround(2 * earth_radius_km * std::asin(std::sqrt(chord)));
}

}  // namespace assay::host
