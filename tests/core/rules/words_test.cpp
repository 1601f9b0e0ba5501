#include "core/model/words.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace assay::core {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::string printed(FieldType type, std::int64_t bits) {
  std::string text;
  append_value(text, type, bits);
  return text;
}
std::string printed(double value) {
  return printed(FieldType::float64, std::bit_cast<std::int64_t>(value));
}

class WordsTest : public ::testing::Test {
 protected:
  WordsTest()
      : city_(layout_.add("city", FieldType::text)),
        amount_(layout_.add("amount", FieldType::decimal)),
        card_(layout_.add("card", FieldType::token)),
        speed_(layout_.add("speed", FieldType::float64)),
        block_(layout_, {4, 1024, 1024}) {
    block_.add_row();
  }

  std::optional<Words::Unknown> parse(std::string_view text) {
    return Words::parse(
        text, evidence_, [&](std::string_view name) { return layout_.find(name); }, words_);
  }
  std::string filled(std::string_view text) {
    const auto unknown = parse(text);
    EXPECT_FALSE(unknown) << unknown->name;
    std::string to;
    words_.append_to(to, evidence_, values_, block_, 0);
    return to;
  }

  Layout layout_;
  Slot city_;
  Slot amount_;
  Slot card_;
  Slot speed_;
  RowBlock block_;
  std::vector<EvidenceInfo> evidence_{{"attempts", "", FieldType::int64},
                                      {"sum", "EUR", FieldType::decimal}};
  EvidenceValues values_{6, 12'345'000, 0, 0};
  Words words_;
};

TEST_F(WordsTest, names_are_filled_with_evidence_units_and_fields) {
  block_.put_text(0, city_, "Zürich");
  block_.put_int64(0, amount_, 100'050);
  EXPECT_EQ(filled("{attempts} attempts, {sum} in {city}, the last {amount}."),
            "6 attempts, 1234.50 EUR in Zürich, the last 10.005.");
  EXPECT_EQ(filled("{attempts}{attempts}"), "66");
}

TEST_F(WordsTest, a_field_that_is_absent_is_unknown_and_not_zero) {
  EXPECT_EQ(filled("{amount} in {city} at {speed}"), "unknown in unknown at unknown");
}

TEST_F(WordsTest, evidence_comes_before_a_field_of_the_same_name) {
  evidence_[0].name = "amount";
  block_.put_int64(0, amount_, 990'000);
  EXPECT_EQ(filled("{amount}"), "6");
}

TEST_F(WordsTest, a_token_is_never_printed) {
  block_.put_token(0, card_, {1, 2});
  EXPECT_EQ(filled("card {card}."), "card .");
}

TEST_F(WordsTest, a_name_that_nobody_knows_is_told_with_its_place) {
  const auto unknown = parse("{attempts} in {town}");
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->name, "town");
  EXPECT_EQ(unknown->at, 14u);
  EXPECT_TRUE(parse("{}")) << "an empty name is unknown too";
}

TEST_F(WordsTest, a_brace_without_an_end_is_just_a_brace) {
  EXPECT_EQ(filled("over {attempts} {of"), "over 6 {of");
  EXPECT_EQ(filled("a } b"), "a } b");
}

TEST_F(WordsTest, no_text_makes_no_words) {
  EXPECT_FALSE(parse(""));
  EXPECT_TRUE(words_.empty());
  EXPECT_FALSE(parse("x"));
  EXPECT_FALSE(words_.empty());
  EXPECT_FALSE(parse(""));
  EXPECT_TRUE(words_.empty()) << "what stood there before is gone";
}

TEST(AppendValue, money_has_two_to_four_digits_behind_the_point) {
  EXPECT_EQ(printed(FieldType::decimal, 0), "0.00");
  EXPECT_EQ(printed(FieldType::decimal, 1), "0.0001");
  EXPECT_EQ(printed(FieldType::decimal, -12'345'000), "-1234.50");
  EXPECT_EQ(printed(FieldType::decimal, INT64_MAX), "922337203685477.5807");
  EXPECT_EQ(printed(FieldType::decimal, INT64_MIN), "-922337203685477.5808");
}

TEST(AppendValue, durations_are_words_of_at_most_two_units) {
  EXPECT_EQ(printed(FieldType::duration, 0), "0 seconds");
  EXPECT_EQ(printed(FieldType::duration, 600 * kSecond), "10 minutes");
  EXPECT_EQ(printed(FieldType::duration, 129'600 * kSecond), "1 day 12 hours");
  EXPECT_EQ(printed(FieldType::duration, 3'600 * kSecond), "1 hour");
  EXPECT_EQ(printed(FieldType::duration, 3'723 * kSecond), "1 hour 2 minutes");
  EXPECT_EQ(printed(FieldType::duration, 86'405 * kSecond), "1 day");
  EXPECT_EQ(printed(FieldType::duration, kSecond * 3 / 2), "1 second 500 ms");
  EXPECT_EQ(printed(FieldType::duration, 1), "1 ns");
  EXPECT_EQ(printed(FieldType::duration, -90 * kSecond), "-1 minute 30 seconds");
  EXPECT_EQ(printed(FieldType::duration, INT64_MIN), "-106751 days 23 hours");
}

TEST(AppendValue, times_are_civil_dates_in_utc) {
  EXPECT_EQ(printed(FieldType::time, 0), "1970-01-01 00:00:00 UTC");
  EXPECT_EQ(printed(FieldType::time, -1), "1969-12-31 23:59:59 UTC");
  EXPECT_EQ(printed(FieldType::time, 1'772'373'909 * kSecond), "2026-03-01 14:05:09 UTC");
  EXPECT_EQ(printed(FieldType::time, 951'782'400 * kSecond), "2000-02-29 00:00:00 UTC");
  EXPECT_EQ(printed(FieldType::time, INT64_MIN), "1677-09-21 00:12:43 UTC");
  EXPECT_EQ(printed(FieldType::time, INT64_MAX), "2262-04-11 23:47:16 UTC");
}

TEST(AppendValue, plain_numbers) {
  EXPECT_EQ(printed(FieldType::int64, INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(printed(FieldType::boolean, 0), "false");
  EXPECT_EQ(printed(FieldType::boolean, 1), "true");
  EXPECT_EQ(printed(0.825), "0.82");
  EXPECT_EQ(printed(-3.0), "-3");
  EXPECT_EQ(printed(6.5), "6.5");
  EXPECT_EQ(printed(100.0), "100");
  EXPECT_EQ(printed(0.0), "0");
}

// A message may hold any double that JSON can write, and a rule any bits.
TEST(AppendValue, a_double_of_any_size_is_printed_whole) {
  const auto largest = printed(std::numeric_limits<double>::max());
  EXPECT_TRUE(largest.starts_with("17976931348623157")) << largest;
  EXPECT_EQ(largest.size(), 309u);
  EXPECT_EQ(printed(-std::numeric_limits<double>::max()), "-" + largest);
  EXPECT_EQ(printed(1e70).size(), 71u);
  EXPECT_EQ(printed(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(printed(std::numeric_limits<double>::quiet_NaN()), "nan");
}

}  // namespace
}  // namespace assay::core
