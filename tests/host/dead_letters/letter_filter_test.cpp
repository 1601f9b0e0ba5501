#include "host/dead_letters/letter_filter.hpp"

#include <gtest/gtest.h>

#include "tests/host/dead_letters/letters.hpp"

namespace assay::host {
namespace {

LetterCase a_case(std::int64_t offset) { return {.letter = testing::a_letter(offset)}; }

TEST(letter_filter, takes_everything_open_unless_it_is_told_otherwise) {
  auto one = a_case(7);
  EXPECT_TRUE(LetterFilter{}.takes(one));
  one.open = false;
  EXPECT_FALSE(LetterFilter{}.takes(one));
  EXPECT_TRUE(LetterFilter{.state = LetterFilter::State::resolved}.takes(one));
  EXPECT_TRUE(LetterFilter{.state = LetterFilter::State::all}.takes(one));
}

TEST(letter_filter, goes_by_step_code_reason_topic_time_and_position) {
  const auto one = a_case(7);  // failed at 1007
  EXPECT_TRUE(LetterFilter{.step = "main.store"}.takes(one));
  EXPECT_FALSE(LetterFilter{.step = "main"}.takes(one));
  EXPECT_TRUE(LetterFilter{.code = "22001"}.takes(one));
  EXPECT_FALSE(LetterFilter{.code = "23514"}.takes(one));
  EXPECT_TRUE(LetterFilter{.reason = "too long"}.takes(one));
  EXPECT_FALSE(LetterFilter{.reason = "too short"}.takes(one));
  EXPECT_FALSE(LetterFilter{.topic = "holders"}.takes(one));
  EXPECT_TRUE(LetterFilter{.since = 1'007}.takes(one));
  EXPECT_FALSE(LetterFilter{.since = 1'008}.takes(one));
  EXPECT_TRUE((LetterFilter{.positions = {{"", 3, 1}, {"payments", 3, 7}}}.takes(one)));
  EXPECT_FALSE((LetterFilter{.positions = {{"holders", 3, 7}}}.takes(one)));
}

TEST(letter_filter, calls_the_step_of_what_did_not_decode_decode) {
  auto one = a_case(7);
  one.letter.subject.step.clear();
  EXPECT_TRUE(LetterFilter{.step = "decode"}.takes(one));
  EXPECT_FALSE(LetterFilter{.step = "main.store"}.takes(one));
}

TEST(letter_position, is_partition_and_offset_with_or_without_a_topic) {
  const auto plain = parse_position("3:1042");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->topic, "");
  EXPECT_EQ(plain->partition, 3);
  EXPECT_EQ(plain->offset, 1042);
  const auto full = parse_position("bank.payments:0:5");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->topic, "bank.payments");
  for (const auto* wrong : {"", "7", ":7", "3:", "a:7", "3:-1", ":3:7", "3:7x"}) {
    EXPECT_FALSE(parse_position(wrong)) << wrong;
  }
}

TEST(letter_since, is_how_long_ago_or_a_time) {
  constexpr std::int64_t kNow = 1'700'000'000'000'000'000;
  EXPECT_EQ(parse_since("2h", kNow), kNow - 7'200'000'000'000);
  EXPECT_EQ(parse_since("2023-11-14T22:13:20Z", 0), kNow);
  EXPECT_FALSE(parse_since("yesterday", kNow));
  EXPECT_FALSE(parse_since("2023-11-14T22:13:20", kNow)) << "without its zone";
}

}  // namespace
}  // namespace assay::host
