#include "core/decode/timestamp.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace assay::core {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNoon = 1'714'566'896 * kSecond;  // 2024-05-01T12:34:56Z

TEST(Timestamp, tells_seconds_from_milliseconds_by_their_size) {
  EXPECT_EQ(parse_epoch("1714566896").units, kNoon);
  EXPECT_EQ(parse_epoch("1714566896000").units, kNoon);
  EXPECT_EQ(parse_epoch("99999999999").error, NumberError::out_of_range);     // seconds: year 5138
  EXPECT_EQ(parse_epoch("100000000000").units, 100'000'000 * kSecond);        // ms: March 1973
  EXPECT_EQ(parse_epoch("99999999999999").error, NumberError::out_of_range);  // ms: year 5138
  EXPECT_EQ(parse_epoch("1714566896789").units, kNoon + 789'000'000);
  EXPECT_EQ(parse_epoch("-100000000000500").error, NumberError::out_of_range);
  EXPECT_EQ(parse_epoch("-200000000500").units, -200'000'000 * kSecond - 500'000'000);
  EXPECT_EQ(parse_epoch("0").units, 0);
  EXPECT_EQ(parse_epoch("-1").units, -kSecond);
  EXPECT_EQ(parse_epoch("100000000000000").error, NumberError::out_of_range);
  EXPECT_EQ(parse_epoch("1714566896000000").error, NumberError::out_of_range);
}

TEST(Timestamp, keeps_fractions_to_the_nanosecond) {
  EXPECT_EQ(parse_epoch("1714566896.5").units, kNoon + 500'000'000);
  EXPECT_EQ(parse_epoch("1714566896.1234567891").units, kNoon + 123'456'789);
  EXPECT_EQ(parse_epoch("1714566896000.25").units, kNoon + 250'000);
  EXPECT_EQ(parse_epoch("1.714566896e9").units, kNoon);
}

TEST(Timestamp, reads_iso_8601_with_z_or_an_offset) {
  for (const auto* text :
       {"2024-05-01T12:34:56Z", "2024-05-01t12:34:56z", "2024-05-01 12:34:56Z",
        "2024-05-01T14:34:56+02:00", "2024-05-01T14:34:56+0200", "2024-05-01T14:34:56+02",
        "2024-05-01T09:04:56-03:30", "2024-05-01T12:34:56.000Z", "2024-05-02T00:34:56+12:00"}) {
    EXPECT_EQ(parse_iso_time(text).units, kNoon) << text;
    EXPECT_EQ(parse_iso_time(text).error, NumberError::ok) << text;
  }
  EXPECT_EQ(parse_iso_time("2024-05-01T12:34Z").units, kNoon - 56 * kSecond);
  EXPECT_EQ(parse_iso_time("2024-05-01T12:34:56.1234567899Z").units, kNoon + 123'456'789);
  EXPECT_EQ(parse_iso_time("2016-12-31T23:59:60Z").units,
            parse_iso_time("2017-01-01T00:00:00Z").units);
}

TEST(Timestamp, refuses_other_texts) {
  for (const auto* text :
       {"", "2024-05-01", "2024-05-01T12:34:56", "2024-02-30T12:00:00Z", "2023-02-29T12:00:00Z",
        "2024-13-01T12:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T12:60:00Z",
        "2024-05-01T12:34:61Z", "2024-05-01T12:34:56.Z", "2024-05-01T12:34:56+25:00",
        "2024-05-01T12:34:56Z ", "24-05-01T12:34:56Z", "2024-5-1T12:34:56Z", "yesterday"}) {
    EXPECT_EQ(parse_time_text(text).error, NumberError::malformed) << text;
  }
  EXPECT_EQ(parse_iso_time("1500-01-01T00:00:00Z").error, NumberError::out_of_range);
  EXPECT_EQ(parse_iso_time("2300-01-01T00:00:00Z").error, NumberError::out_of_range);
}

TEST(Timestamp, comes_back_from_its_own_text) {
  std::mt19937_64 random(99);
  for (int i = 0; i < 5'000; ++i) {
    const auto time = static_cast<std::int64_t>(random()) >> (random() % 40);
    const auto text = format_time(time);
    ASSERT_EQ(parse_iso_time(text).units, time) << text;
  }
  for (const auto time : {INT64_MIN, INT64_MIN + 1, INT64_MAX}) {
    EXPECT_EQ(parse_iso_time(format_time(time)).units, time) << format_time(time);
  }
  EXPECT_EQ(format_time(kNoon), "2024-05-01T12:34:56Z");
  EXPECT_EQ(format_time(kNoon + 500'000'000), "2024-05-01T12:34:56.5Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59.999999999Z");
}

TEST(Duration, is_seconds_or_has_a_unit_or_is_an_offset) {
  EXPECT_EQ(parse_duration_text("90").units, 90 * kSecond);
  EXPECT_EQ(parse_duration_text("-12").units, -12 * kSecond);
  EXPECT_EQ(parse_duration_text("1500ms").units, 1'500'000'000);
  EXPECT_EQ(parse_duration_text("10m").units, 600 * kSecond);
  EXPECT_EQ(parse_duration_text("36h").units, 129'600 * kSecond);
  EXPECT_EQ(parse_duration_text("+02:00").units, 7200 * kSecond);
  EXPECT_EQ(parse_duration_text("-0330").units, -12'600 * kSecond);
  EXPECT_EQ(parse_duration_text("Z").units, 0);
  EXPECT_EQ(parse_duration_text("soon").error, NumberError::malformed);
  EXPECT_EQ(parse_duration_text("s").error, NumberError::malformed);
  EXPECT_EQ(parse_duration_text("999999999d").error, NumberError::out_of_range);
}

}  // namespace
}  // namespace assay::core
