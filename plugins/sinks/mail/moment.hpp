// A time in the parts that mails print, with the names in English whatever the locale is.
//
// date::format() would do it by a stream and its locale, which takes a tenth of a whole mail.
//
// Thread: any.
#pragma once

#include <date/date.h>

#include <array>
#include <chrono>

namespace assay::mail {

struct Moment {
  const char* weekday;  // "Mon"
  unsigned day;
  const char* month;  // "Sep"
  int year;
  int hour;
  int minute;
  int second;
};

// `Clock`: of the system, which is UTC, or date::local_t.
template <class Clock>
[[nodiscard]] Moment moment(std::chrono::time_point<Clock, std::chrono::seconds> at) {
  constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = date::floor<date::days>(at);
  const date::year_month_day calendar(day);
  const date::hh_mm_ss clock(at - day);
  return {weekdays.at(date::weekday(day).c_encoding()), unsigned{calendar.day()},
          months.at(unsigned{calendar.month()} - 1),    int{calendar.year()},
          static_cast<int>(clock.hours().count()),      static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

}  // namespace assay::mail
