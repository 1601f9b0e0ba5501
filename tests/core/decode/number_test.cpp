#include "core/decode/number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "core/decode/money.hpp"

namespace assay::core {
namespace {

constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
constexpr auto kMin = std::numeric_limits<std::int64_t>::min();

TEST(Money, is_exact_at_scale_4) {
  EXPECT_EQ(parse_money("12.34").units, 123'400);
  EXPECT_EQ(parse_money("0.1").units, 1'000);
  EXPECT_EQ(parse_money("-0.0001").units, -1);
  EXPECT_EQ(parse_money("1000").units, 10'000'000);
  EXPECT_EQ(parse_money("1.00000000000000000000000000").units, 10'000);
  EXPECT_EQ(parse_money("922337203685477.5807").units, kMax);
  EXPECT_EQ(parse_money("-922337203685477.5808").units, kMin);
  // A double holds neither of these.
  EXPECT_EQ(parse_money("90071992547409.93").units, 900'719'925'474'099'300);
  EXPECT_EQ(parse_money("90071992547409.9301").units, 900'719'925'474'099'301);
}

TEST(Money, follows_exponents_exactly) {
  EXPECT_EQ(parse_money("1.25e3").units, 12'500'000);
  EXPECT_EQ(parse_money("125E-2").units, 12'500);
  EXPECT_EQ(parse_money("1e-4").units, 1);
  EXPECT_EQ(parse_money("1.5e+1").units, 150'000);
  EXPECT_EQ(parse_money("0e999999999999999999").units, 0);
  EXPECT_EQ(parse_money("0.00000000000000000001e20").units, 10'000);
  EXPECT_EQ(parse_money("1e-5").error, NumberError::too_many_digits);
  EXPECT_EQ(parse_money("1e-999999999999999999").error, NumberError::too_many_digits);
  EXPECT_EQ(parse_money("1e999999999999999999").error, NumberError::out_of_range);
}

TEST(Money, refuses_what_it_cannot_hold) {
  EXPECT_EQ(parse_money("0.00001").error, NumberError::too_many_digits);
  EXPECT_EQ(parse_money("0.12340").units, 1'234);
  EXPECT_EQ(parse_money("922337203685477.5808").error, NumberError::out_of_range);
  EXPECT_EQ(parse_money("-922337203685477.5809").error, NumberError::out_of_range);
  EXPECT_EQ(parse_money("1000000000000000").error, NumberError::out_of_range);
  EXPECT_EQ(parse_money(std::string(400, '9')).error, NumberError::out_of_range);
}

TEST(Money, refuses_what_json_does_not_call_a_number) {
  for (const auto* text :
       {"",    "-",  "+1", "01",   "00",    "-01", "1.",    ".5",  "1e",    "1e+",
        "1,5", " 1", "1 ", "0x10", "1_000", "NaN", "1.2.3", "--1", "1e5.5", "1\n"}) {
    EXPECT_EQ(parse_money(text).error, NumberError::malformed) << text;
  }
}

TEST(Money, comes_back_from_its_own_text) {
  std::mt19937_64 random(4711);
  for (int i = 0; i < 20'000; ++i) {
    // All sizes of number, not just the huge ones.
    const auto units = static_cast<std::int64_t>(random()) >> (random() % 64);
    const auto text = format_money(units);
    const auto read = parse_money(text);
    ASSERT_EQ(read.error, NumberError::ok) << text;
    ASSERT_EQ(read.units, units) << text;
  }
  for (const auto units : {kMin, kMax, std::int64_t{0}, std::int64_t{-1}}) {
    EXPECT_EQ(parse_money(format_money(units)).units, units);
  }
}

TEST(Money, reads_the_same_amount_however_its_point_is_placed) {
  std::mt19937_64 random(4712);
  for (int i = 0; i < 5'000; ++i) {
    const auto units = static_cast<std::int64_t>(random()) >> (random() % 64);
    const auto text = std::to_string(units) + "e-4";
    ASSERT_EQ(parse_money(text).units, units) << text;
  }
}

TEST(Money, has_two_to_four_digits_behind_the_point) {
  EXPECT_EQ(format_money(12'345'000), "1234.50");
  EXPECT_EQ(format_money(1), "0.0001");
  EXPECT_EQ(format_money(-5'000), "-0.50");
}

// Eight digits are read at once where eight are left.
TEST(Number, is_read_the_same_at_any_length) {
  std::string text;
  std::int64_t value = 0;
  for (int i = 1; i <= 18; ++i) {
    text += static_cast<char>('0' + i % 10);
    value = value * 10 + i % 10;
    EXPECT_EQ(parse_scaled(text, 0).units, value) << text;
    EXPECT_EQ(parse_scaled("-" + text, 0).units, -value) << text;
    EXPECT_EQ(parse_scaled(text + ".0", 0).units, value) << text;
    EXPECT_EQ(parse_scaled(text + "e0", 0).units, value) << text;
    EXPECT_EQ(parse_scaled("0" + text, 0).error, NumberError::malformed) << text;
  }
}

TEST(Number, has_no_other_character_among_its_digits) {
  for (std::size_t at = 0; at < 16; ++at) {
    for (int c = 0; c < 256; ++c) {
      std::string text = "1234567890123456";
      text[at] = static_cast<char>(c);
      const bool number = (c >= '0' && c <= '9' && (at > 0 || c != '0')) || (at == 0 && c == '-') ||
                          (c == '.' && at > 0 && at < 15) ||
                          ((c == 'e' || c == 'E') && at > 0 && at < 15);
      EXPECT_EQ(is_json_number(text), number) << text;
      EXPECT_EQ(parse_scaled(text, 0).error != NumberError::malformed, number) << text;
    }
  }
}

// The short way comes to the very double that the library reads.
TEST(Number, reads_a_short_double_as_the_library_does) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    auto text = std::to_string(random() % 1'000'000'000'000'000 >> random() % 50);
    const auto point = random() % (text.size() + 1);
    if (point > 0 && point < text.size() && (text[0] != '0' || point == 1)) text.insert(point, ".");
    if (random() % 2 == 0) text.insert(0, "-");
    double read = 0;
    double expected = 0;
    std::from_chars(text.data(), text.data() + text.size(), expected);
    ASSERT_TRUE(parse_short_double(text, read)) << text;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(read), std::bit_cast<std::uint64_t>(expected)) << text;
  }
  for (const auto* text : {"0", "-0", "0.5", "38.7169", "-9.1", "123456789012345"}) {
    double read = 0;
    EXPECT_TRUE(parse_short_double(text, read)) << text;
    EXPECT_EQ(read, std::strtod(text, nullptr)) << text;
    EXPECT_EQ(std::signbit(read), text[0] == '-') << text;
  }
  for (const auto* text : {"", "-", ".", "1.", ".5", "-.5", "01", "1e3", "1.5E2", "+1", "1 ",
                           "1..2", "1.2.3", "NaN", "1234567890123456", "0.123456789012345"}) {
    double read = 0;
    EXPECT_FALSE(parse_short_double(text, read)) << text;
  }
}

TEST(Number, drops_digits_behind_the_scale_where_asked) {
  EXPECT_EQ(parse_scaled("1.999", 0, Digits::truncate).units, 1);
  EXPECT_EQ(parse_scaled("-1.999", 0, Digits::truncate).units, -1);
  EXPECT_EQ(parse_scaled("1.999", 0).error, NumberError::too_many_digits);
  EXPECT_EQ(parse_scaled("1.1234567899", 9, Digits::truncate).units, 1'123'456'789);
}

}  // namespace
}  // namespace assay::core
