#include "core/decode/card_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/decode/mask.hpp"
#include "tests/core/decode/decode_fixture.hpp"

namespace assay::core {
namespace {

constexpr auto kCards = {"4556737586899855",    "4556 7375 8689 9855",  "4556-7375-8689-9855",
                         "4556.7375.8689.9855", "\"4556737586899855\"", "'4556 7375 8689 9855'",
                         "378282246310005",       // 15 digits
                         "501800000009",          // 12 digits
                         "6304000000000000000"};  // 19 digits

DecodeOptions refusing() {
  auto options = DecodeFixture::default_options();
  options.refuse_card_keys = true;
  return options;
}

TEST(CardKey, sees_a_card_number_with_separators_and_quotes) {
  for (const auto* key : kCards) EXPECT_TRUE(is_card_key(key)) << key;
  std::string spaced = "\"6";
  for (const char digit : std::string("304000000000000000")) spaced += std::string(" ") + digit;
  spaced += '"';
  EXPECT_EQ(spaced.size(), kLongestCardKey);
  EXPECT_TRUE(is_card_key(spaced));
}

TEST(CardKey, lets_other_keys_pass) {
  for (const auto* key :
       {"", "48213", "user-48213",
        "4556737586899856",                      // the check digit is wrong
        "45567375868",                           // 11 digits
        "00000000000000000000",                  // 20 digits
        "7d0e2f0c-9c57-4a3e-8f11-2b6a1d9e4c55",  // as long as a spaced number
        "4556737586899855x", "-4556737586899855", "4556737586899855-", "4556--7375-8689-9855",
        "\"4556737586899855", "'4556737586899855\"", "\"          \"", "            "}) {
    EXPECT_FALSE(is_card_key(key)) << key;
  }
}

TEST(CardKey, is_hidden_whole_where_text_is_masked) {
  for (const auto* key : kCards) {
    const auto text = masked(key);
    EXPECT_TRUE(std::ranges::none_of(text, [](char c) { return c >= '0' && c <= '9'; })) << text;
  }
}

TEST(CardKey, is_refused_with_the_way_out_and_without_the_number) {
  DecodeFixture fixture(sample_transaction_schema(), refusing());
  for (const auto* key : kCards) {
    EXPECT_EQ(fixture.words(sample_message(), kRecordTime, key),
              "card_in_key: the message's Kafka key is a card number, which every tool of Kafka "
              "shows in clear; key the topic by another field, or accept such keys with "
              "source.key_is_pan: tokenise");
  }
}

TEST(CardKey, is_the_reason_named_first) {
  DecodeFixture fixture(sample_transaction_schema(), refusing());
  EXPECT_EQ(fixture.decode("hello", kRecordTime, "4556737586899855"), DecodeError::card_in_key);
  EXPECT_EQ(fixture.decode("", kRecordTime, "4556737586899855"), DecodeError::card_in_key);
}

TEST(CardKey, does_not_hold_up_the_next_message) {
  DecodeFixture fixture(sample_transaction_schema(), refusing());
  EXPECT_EQ(fixture.decode(sample_message(), kRecordTime, "4556737586899855"),
            DecodeError::card_in_key);
  EXPECT_EQ(fixture.decode(sample_message(), kRecordTime, "48213"), DecodeError::ok);
}

TEST(CardKey, is_accepted_where_the_configuration_says_so) {
  DecodeFixture fixture;
  EXPECT_EQ(fixture.decode(sample_message(), kRecordTime, "4556737586899855"), DecodeError::ok);
}

}  // namespace
}  // namespace assay::core
