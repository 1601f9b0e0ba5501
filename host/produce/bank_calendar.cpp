#include "host/produce/bank_calendar.hpp"

#include <array>
#include <chrono>
#include <numeric>

namespace assay::host {
namespace {

constexpr std::array<int, 24> awake_by_hour = {2,  1,  1,  1,  1,  2,  6,  14, 20, 22, 24, 28,
                                               34, 30, 26, 26, 28, 34, 36, 32, 26, 18, 10, 5};
constexpr double mean_awake = std::accumulate(awake_by_hour.begin(), awake_by_hour.end(), 0) / 24.0;

std::int64_t floor_day(std::int64_t time_ms) {
  return std::chrono::floor<std::chrono::days>(std::chrono::milliseconds{time_ms}).count();
}

}  // namespace

void BankCalendar::advance(std::int64_t now_ms) {
  const std::int64_t today = floor_day(now_ms);
  if (today == day_) return;
  day_ = today;

  using namespace std::chrono;
  const sys_days date{days{today}};
  const year_month_day civil{date};
  day_of_month_ = static_cast<int>(static_cast<unsigned>(civil.day()));
  month_ = static_cast<int>(civil.year()) * 12 +
           static_cast<int>(static_cast<unsigned>(civil.month())) - 1;
  const weekday weekday_now{date};
  weekend_ = weekday_now == Saturday || weekday_now == Sunday;

  const bool december = civil.month() == December;
  before_christmas_ = december && day_of_month_ <= 24;
  holidays_ = civil.month() == July || civil.month() == August ||
              (december && day_of_month_ >= 20) || (civil.month() == January && day_of_month_ <= 2);

  const year this_year = civil.year();
  summer_europe_ = date >= sys_days{this_year / March / Sunday[last]} &&
                   date < sys_days{this_year / October / Sunday[last]};
  summer_america_ = date >= sys_days{this_year / March / Sunday[2]} &&
                    date < sys_days{this_year / November / Sunday[1]};
}

int BankCalendar::local_hour(const City& city, std::int64_t now_ms) const {
  const bool summer = (city.summer_time == SummerTime::europe && summer_europe_) ||
                      (city.summer_time == SummerTime::north_america && summer_america_);
  const std::int64_t local = now_ms + city.utc_offset_minutes * minute_ms + (summer ? hour_ms : 0);
  return static_cast<int>((local - floor_day(local) * day_ms) / hour_ms);
}

double BankCalendar::busyness(std::int64_t now_ms) const {
  double busy = wakefulness(local_hour(cities().front(), now_ms)) / mean_awake;
  if (weekend_) busy *= 1.2;
  if (before_christmas_) busy *= 1.2;
  if (day_of_month_ >= 25 || day_of_month_ <= 3) busy *= 1.15;
  return busy;
}

int BankCalendar::wakefulness(int local_hour) { return awake_by_hour[local_hour]; }

}  // namespace assay::host
