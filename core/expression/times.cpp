// Functions of times and durations. Times are in UTC where no offset is given.
#include <chrono>

#include "core/expression/functions.hpp"
#include "core/expression/instants.hpp"

namespace assay::core::expression {
namespace {

using Arguments = const Value*;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

Value later(Arguments a, Scratch&) {
  return make_time(a[0].integer + a[1].integer, std::int64_t{a[0].size} + a[1].size);
}
Value earlier(Arguments a, Scratch&) {
  return make_time(a[0].integer - a[1].integer, std::int64_t{a[0].size} - a[1].size);
}
Value longer(Arguments a, Scratch&) {
  return make_duration(a[0].integer + a[1].integer, std::int64_t{a[0].size} + a[1].size);
}
Value shorter(Arguments a, Scratch&) {
  return make_duration(a[0].integer - a[1].integer, std::int64_t{a[0].size} - a[1].size);
}

// A time lies as far behind another as 64 bits of nanoseconds hold, which a field has.
Value between(Arguments a, Scratch&) {
  constexpr std::int64_t kFarthest = 9'223'372'036;
  const std::int64_t seconds = a[0].integer - a[1].integer;
  if (seconds < -kFarthest || seconds > kFarthest) {
    return error("the times lie more than 292 years apart");
  }
  return make_duration(seconds, std::int64_t{a[0].size} - a[1].size);
}

// What a calendar and a clock say at a time, somewhere.
struct Local {
  year_month_day date;
  sys_days day;
  std::int64_t second = 0;  // of the day
  std::uint32_t nanosecond = 0;
};

Local local(const Value& time, std::int64_t east) {
  const sys_seconds since{std::chrono::seconds(time.integer + east)};
  const auto day = floor<days>(since);
  return {year_month_day(day), day, (since - day).count(), time.size};
}

std::int64_t year(const Local& at) { return int(at.date.year()); }
std::int64_t month(const Local& at) { return unsigned(at.date.month()) - 1; }
std::int64_t date(const Local& at) { return unsigned(at.date.day()); }
std::int64_t day_of_month(const Local& at) { return unsigned(at.date.day()) - 1; }
std::int64_t day_of_week(const Local& at) { return std::chrono::weekday(at.day).c_encoding(); }
std::int64_t day_of_year(const Local& at) {
  return (at.day - sys_days(at.date.year() / std::chrono::January / 1)).count();
}
std::int64_t hours(const Local& at) { return at.second / 3'600; }
std::int64_t minutes(const Local& at) { return at.second / 60 % 60; }
std::int64_t seconds(const Local& at) { return at.second % 60; }
std::int64_t milliseconds(const Local& at) { return at.nanosecond / 1'000'000; }

template <std::int64_t (*Part)(const Local&)>
Value in_utc(Arguments a, Scratch&) {
  return int64(Part(local(a[0], 0)));
}

template <std::int64_t (*Part)(const Local&)>
Value with_offset(Arguments a, Scratch&) {
  const auto east = read_offset(a[1].text());
  if (!east) return error("the text is no offset from UTC: +02:00 is one");
  return int64(Part(local(a[0], *east)));
}

// The whole duration in such units, towards zero.
template <std::int64_t Seconds>
Value whole(Arguments a, Scratch&) {
  const bool up = a[0].integer < 0 && a[0].size > 0;
  return int64((a[0].integer + (up ? 1 : 0)) / Seconds);
}
// The part of it that is less than a second.
Value milliseconds_beyond(Arguments a, Scratch&) {
  const bool negative = a[0].integer < 0 && a[0].size > 0;
  const std::int64_t beyond = std::int64_t{a[0].size} - (negative ? kNanoseconds : 0);
  return int64(beyond / 1'000'000);
}

constexpr auto kTime = Kind::time;
constexpr auto kText = Kind::text;
constexpr auto kDuration = Kind::duration;
constexpr auto kInt = Kind::int64;
constexpr auto kSign = Written::sign;
constexpr auto kMember = Written::member;

constexpr Overload kTimes[] = {
    {"+", kSign, 2, {kTime, kDuration}, kTime, later},
    {"+", kSign, 2, {kDuration, kTime}, kTime, later},
    {"+", kSign, 2, {kDuration, kDuration}, kDuration, longer},
    {"-", kSign, 2, {kTime, kDuration}, kTime, earlier},
    {"-", kSign, 2, {kTime, kTime}, kDuration, between},
    {"-", kSign, 2, {kDuration, kDuration}, kDuration, shorter},
    {"getFullYear", kMember, 1, {kTime}, kInt, in_utc<year>},
    {"getFullYear", kMember, 2, {kTime, kText}, kInt, with_offset<year>},
    {"getMonth", kMember, 1, {kTime}, kInt, in_utc<month>},
    {"getMonth", kMember, 2, {kTime, kText}, kInt, with_offset<month>},
    {"getDate", kMember, 1, {kTime}, kInt, in_utc<date>},
    {"getDate", kMember, 2, {kTime, kText}, kInt, with_offset<date>},
    {"getDayOfMonth", kMember, 1, {kTime}, kInt, in_utc<day_of_month>},
    {"getDayOfMonth", kMember, 2, {kTime, kText}, kInt, with_offset<day_of_month>},
    {"getDayOfWeek", kMember, 1, {kTime}, kInt, in_utc<day_of_week>},
    {"getDayOfWeek", kMember, 2, {kTime, kText}, kInt, with_offset<day_of_week>},
    {"getDayOfYear", kMember, 1, {kTime}, kInt, in_utc<day_of_year>},
    {"getDayOfYear", kMember, 2, {kTime, kText}, kInt, with_offset<day_of_year>},
    {"getHours", kMember, 1, {kTime}, kInt, in_utc<hours>},
    {"getHours", kMember, 2, {kTime, kText}, kInt, with_offset<hours>},
    {"getHours", kMember, 1, {kDuration}, kInt, whole<3'600>},
    {"getMinutes", kMember, 1, {kTime}, kInt, in_utc<minutes>},
    {"getMinutes", kMember, 2, {kTime, kText}, kInt, with_offset<minutes>},
    {"getMinutes", kMember, 1, {kDuration}, kInt, whole<60>},
    {"getSeconds", kMember, 1, {kTime}, kInt, in_utc<seconds>},
    {"getSeconds", kMember, 2, {kTime, kText}, kInt, with_offset<seconds>},
    {"getSeconds", kMember, 1, {kDuration}, kInt, whole<1>},
    {"getMilliseconds", kMember, 1, {kTime}, kInt, in_utc<milliseconds>},
    {"getMilliseconds", kMember, 2, {kTime, kText}, kInt, with_offset<milliseconds>},
    {"getMilliseconds", kMember, 1, {kDuration}, kInt, milliseconds_beyond},
};

}  // namespace

std::span<const Overload> time_overloads() { return kTimes; }

}  // namespace assay::core::expression
