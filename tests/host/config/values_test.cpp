#include "host/config/values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace assay::host {
namespace {

constexpr auto int64_max = std::numeric_limits<std::int64_t>::max();
constexpr auto int64_min = std::numeric_limits<std::int64_t>::min();

TEST(duration, every_unit_counts_in_nanoseconds) {
  EXPECT_EQ(parse_duration("7ns"), 7);
  EXPECT_EQ(parse_duration("7us"), 7'000);
  EXPECT_EQ(parse_duration("500ms"), 500'000'000);
  EXPECT_EQ(parse_duration("90s"), 90'000'000'000);
  EXPECT_EQ(parse_duration("10m"), 600'000'000'000);
  EXPECT_EQ(parse_duration("24h"), 86'400'000'000'000);
  EXPECT_EQ(parse_duration("30d"), 2'592'000'000'000'000);
  EXPECT_EQ(parse_duration("10 m"), 600'000'000'000);
}

TEST(share, is_a_percentage_in_millionths) {
  EXPECT_EQ(parse_share("5 %"), 50'000);
  EXPECT_EQ(parse_share("5%"), 50'000);
  EXPECT_EQ(parse_share("0.25 %"), 2'500);
  EXPECT_EQ(parse_share("100 %"), 1'000'000);
  EXPECT_EQ(parse_share("0 %"), 0);
  for (const char* text : {"", "5", "%", "five %", "5  %", "5 % ", "0.00001 %"}) {
    EXPECT_EQ(parse_share(text).error(), "expected a share such as `5 %`") << text;
  }
  for (const char* text : {"-1 %", "100.0001 %"}) {
    EXPECT_EQ(parse_share(text).error(), "expected a share from `0 %` to `100 %`") << text;
  }
}

TEST(duration, only_zero_needs_no_unit) {
  EXPECT_EQ(parse_duration("0"), 0);
  EXPECT_EQ(parse_duration("0s"), 0);
  EXPECT_EQ(parse_duration("10").error(),
            "a unit is missing; expected a duration such as `500ms`, `10m`, `24h` or `30d`");
}

TEST(duration, refuses_what_is_not_one) {
  for (const char* text : {"", " ", "m", "-1s", "+1s", "1.5h", "10 min", "10M", "1h30m", "10  m",
                           " 10m", "10m ", "ten", "1e3s", "off"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(duration, refuses_what_does_not_fit) {
  EXPECT_EQ(parse_duration("9223372036854775807ns"), int64_max);
  EXPECT_FALSE(parse_duration("9223372036854775808ns"));
  EXPECT_TRUE(parse_duration("106751d"));
  EXPECT_FALSE(parse_duration("106752d"));
  EXPECT_FALSE(parse_duration("99999999999999999999999999d"));
}

TEST(size, tells_thousands_from_powers_of_two) {
  EXPECT_EQ(parse_size("0"), 0);
  EXPECT_EQ(parse_size("12B"), 12);
  EXPECT_EQ(parse_size("4k"), 4'000);
  EXPECT_EQ(parse_size("1 MB"), 1'000'000);
  EXPECT_EQ(parse_size("2 GB"), 2'000'000'000);
  EXPECT_EQ(parse_size("1TB"), 1'000'000'000'000);
  EXPECT_EQ(parse_size("64 KiB"), 65'536);
  EXPECT_EQ(parse_size("64MiB"), 67'108'864);
  EXPECT_EQ(parse_size("1 GiB"), 1'073'741'824);
  EXPECT_EQ(parse_size("1 TiB"), 1'099'511'627'776);
}

TEST(size, refuses_what_is_not_one) {
  for (const char* text : {"", "64", "KiB", "-1 KiB", "1.5 MiB", "8 megabytes", "1 kib",
                           "8388608 TiB", "1 MiB ", "9223372036854775808B"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(decimal, is_exact_at_scale_four) {
  EXPECT_EQ(parse_decimal("10.00"), 100'000);
  EXPECT_EQ(parse_decimal("0.0001"), 1);
  EXPECT_EQ(parse_decimal("-0.0001"), -1);
  EXPECT_EQ(parse_decimal("+3"), 30'000);
  EXPECT_EQ(parse_decimal("0.1"), 1'000);
  EXPECT_EQ(parse_decimal("-0"), 0);
  EXPECT_EQ(parse_decimal("00012.5"), 125'000);
}

TEST(decimal, reaches_both_ends_of_its_range) {
  EXPECT_EQ(parse_decimal("922337203685477.5807"), int64_max);
  EXPECT_EQ(parse_decimal("-922337203685477.5808"), int64_min);
  EXPECT_FALSE(parse_decimal("922337203685477.5808"));
  EXPECT_FALSE(parse_decimal("-922337203685477.5809"));
  EXPECT_FALSE(parse_decimal("99999999999999999999"));
}

TEST(decimal, refuses_more_digits_than_it_can_hold) {
  EXPECT_EQ(parse_decimal("1.00001").error(), "at most four digits may stand after the point");
  EXPECT_FALSE(parse_decimal("1.00000"));
}

TEST(decimal, refuses_what_is_not_one) {
  for (const char* text :
       {"", ".", "1.", ".5", "1,5", "1e3", "--1", "+-1", "0x10", " 1", "1 ", "NaN", "-"}) {
    EXPECT_FALSE(parse_decimal(text)) << text;
  }
}

TEST(money, is_an_amount_and_a_currency) {
  EXPECT_EQ(parse_money("10.00 EUR"), (Money{100'000, "EUR"}));
  EXPECT_EQ(parse_money("-3 USD"), (Money{-30'000, "USD"}));
  for (const char* text : {"", "10.00", "EUR", "EUR 10.00", "10.00EUR", "10.00 eur", "10.00 EURO",
                           "10.00  EUR", "10.00 EUR ", "1.00001 EUR", " EUR"}) {
    EXPECT_FALSE(parse_money(text)) << text;
  }
}

TEST(rate, is_a_count_in_a_time) {
  EXPECT_EQ(parse_rate("5/s"), (Rate{5, 1'000'000'000}));
  EXPECT_EQ(parse_rate("100/m"), (Rate{100, 60'000'000'000}));
  EXPECT_EQ(parse_rate("1/d"), (Rate{1, 86'400'000'000'000}));
  for (const char* text : {"", "5", "/s", "5/", "5/ms", "5/week", "-5/s", "5 / s"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
  }
}

TEST(time, counts_from_1970_in_utc) {
  EXPECT_EQ(parse_time("1970-01-01"), 0);
  EXPECT_EQ(parse_time("1970-01-01T00:00:01Z"), 1'000'000'000);
  EXPECT_EQ(parse_time("1970-01-01T00:00:00.25Z"), 250'000'000);
  EXPECT_EQ(parse_time("1970-01-01T02:00:00+02:00"), 0);
  EXPECT_EQ(parse_time("1969-12-31T22:00:00-02:00"), 0);
  EXPECT_EQ(parse_time("2024-02-29"), 1'709'164'800'000'000'000);
}

TEST(time, refuses_what_is_not_one) {
  for (const char* text :
       {"", "2024", "2024-1-1", "2023-02-29", "2024-13-01", "2024-01-01T", "1600-01-01",
        "2262-01-01", "2024-01-01T10:00Z", "2024-01-01T24:00:00Z", "2024-01-01 10:00:00Z",
        "2024-01-01T10:00:00", "2024-01-01T10:00:00.Z", "2024-01-01T10:00:00+2:00",
        "2024-01-01T10:00:00ZZ", "2024-01-01T10:00:00.1234567890Z"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(numbers, are_whole_words_or_nothing) {
  EXPECT_EQ(parse_integer("-42"), -42);
  EXPECT_EQ(parse_integer("+42"), 42);
  EXPECT_EQ(parse_number("0.5"), 0.5);
  EXPECT_EQ(parse_number("1e-3"), 0.001);
  EXPECT_EQ(parse_bool("true"), true);
  EXPECT_EQ(parse_bool("false"), false);
  for (const char* text : {"", "1.0", "0x10", "1 ", "+-1", "9223372036854775808"}) {
    EXPECT_FALSE(parse_integer(text)) << text;
  }
  EXPECT_EQ(parse_integer("").error(), "expected a whole number");
  EXPECT_EQ(parse_integer("9223372036854775808x").error(), "expected a whole number");
  EXPECT_THAT(parse_integer("-9223372036854775809").error(),
              ::testing::StartsWith("the number is too large; expected a whole number from -92"));
  for (const char* text : {"", "nan", "inf", "1e999", "0,5", "1 "})
    EXPECT_FALSE(parse_number(text)) << text;
  for (const char* text : {"", "yes", "True", "on", "1"}) EXPECT_FALSE(parse_bool(text)) << text;
}

}  // namespace
}  // namespace assay::host
