// Day and night, summer time, weekends, holidays and pay days of the simulated world, from event
// time alone.
// It remembers the day it was last asked about, because the stream moves forward and a day's
// answers stay the same.
#pragma once

#include <cstdint>

#include "host/produce/cities.hpp"

namespace assay::host {

inline constexpr std::int64_t second_ms = 1000;
inline constexpr std::int64_t minute_ms = 60 * second_ms;
inline constexpr std::int64_t hour_ms = 60 * minute_ms;
inline constexpr std::int64_t day_ms = 24 * hour_ms;

class BankCalendar {
 public:
  // Times are milliseconds since 1970 UTC. To be called before the questions below; cheap within a
  // day.
  void advance(std::int64_t now_ms);

  // 0 to 23, on the wall clock of the city. Summer time begins and ends at UTC midnight here.
  int local_hour(const City& city, std::int64_t now_ms) const;

  // Day of the month, 1 to 31 (UTC), and a number that grows by one a month.
  int day_of_month() const { return day_of_month_; }
  std::int32_t month() const { return month_; }

  // The weeks in which many are away: July and August, and 20 December to 2 January.
  bool holidays() const { return holidays_; }

  // How busy the bank is beside its average day and night (1.0): the hour in central Europe, the
  // weekend, the days after most salaries arrive, and the shopping before Christmas.
  double busyness(std::int64_t now_ms) const;

  // How awake a person is at a local hour, 1 to 36.
  static int wakefulness(int local_hour);
  static constexpr int most_awake = 36;

 private:
  std::int64_t day_ = -1'000'000'000;
  int day_of_month_ = 1;
  std::int32_t month_ = 0;
  bool weekend_ = false;
  bool holidays_ = false;
  bool before_christmas_ = false;
  bool summer_europe_ = false;
  bool summer_america_ = false;
};

}  // namespace assay::host
