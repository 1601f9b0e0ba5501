#include "plugins/rules/list_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/rules/card_number.hpp"

namespace assay::rules {
namespace {

ListEntry entry(std::string_view line, ListOf kind = ListOf::texts) {
  const auto parsed = parse_list_line(line, 1, kind);
  if (const auto* fault = std::get_if<ListFault>(&parsed)) {
    ADD_FAILURE() << line << ": " << fault->message;
    return {};
  }
  return std::holds_alternative<ListEntry>(parsed) ? std::get<ListEntry>(parsed) : ListEntry{};
}

ListFault fault(std::string_view line, ListOf kind = ListOf::texts) {
  const auto parsed = parse_list_line(line, 1, kind);
  if (const auto* found = std::get_if<ListFault>(&parsed)) return *found;
  ADD_FAILURE() << line << " was accepted";
  return {};
}

constexpr std::int64_t day_2027 = 1'798'761'600'000'000'000;

TEST(ListParser, options_come_in_any_order_with_blanks_around_them) {
  const auto one = entry("  Acme Ltd ,reason = bad , expires= 2027-01-01");
  EXPECT_EQ(one.value, "Acme Ltd");
  EXPECT_EQ(one.reason, "bad");
  EXPECT_EQ(one.expires, day_2027);
  EXPECT_EQ(one.column, 3u);
}

TEST(ListParser, a_quoted_value_keeps_commas_blanks_and_quotes) {
  EXPECT_EQ(entry(R"(" a, ""b"" ", reason="c, d")").value, R"( a, "b" )");
  EXPECT_EQ(entry(R"(" a, ""b"" ", reason="c, d")").reason, "c, d");
  EXPECT_EQ(entry("\"#5\"").value, "#5");
}

TEST(ListParser, faults_name_the_column) {
  EXPECT_EQ(fault("a, expires=2027-13-01").column, 12u);
  EXPECT_EQ(fault("a, expires=2027-02-29").message, "expected a date");
  EXPECT_EQ(fault("a, expires=27-1-1").message, "expected a date");
  EXPECT_EQ(fault("a, expires=").message, "expected a date");
  EXPECT_EQ(fault("a, b").column, 4u);
  EXPECT_EQ(fault("a,").column, 3u);
  EXPECT_EQ(fault("  \"abc").column, 3u);
  EXPECT_EQ(fault("\"abc\" d").column, 7u);
  EXPECT_EQ(fault(", reason=x").message, "an entry without a value");
  EXPECT_EQ(fault("\"\"").message, "an entry without a value");
  EXPECT_EQ(fault("a, reason={amount}").message, "a reason cannot hold braces");
}

TEST(ListParser, text_that_is_no_utf8_is_refused_at_its_byte) {
  EXPECT_EQ(entry("Z\xc3\xbcrich").value, "Z\xc3\xbcrich");
  EXPECT_EQ(fault("ab\xff").column, 3u);
  EXPECT_EQ(fault("ab\xc0\xaf").column, 3u);
  EXPECT_EQ(fault("\xed\xa0\x80").column, 1u);
  EXPECT_EQ(fault(std::string_view("a\0b", 3)).column, 2u);
}

TEST(ListParser, a_card_list_takes_tokens_only) {
  EXPECT_EQ(entry("00112233445566778899AABBCCDDEEFF", ListOf::cards).value,
            "00112233445566778899aabbccddeeff");
  EXPECT_EQ(fault("00112233445566778899aabbccddeef", ListOf::cards).message,
            "expected a card token, 32 hexadecimal digits");
  EXPECT_EQ(fault("Acme", ListOf::cards).message, "expected a card token, 32 hexadecimal digits");
}

TEST(ListParser, card_numbers_are_found_in_every_spelling) {
  const std::string_view clear = "this looks like a card number in clear";
  for (const auto* line :
       {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "\"4111.1111.1111.1111\"",
        "378282246310005", "6304000000000000000", "x, reason=was 4111 1111 1111 1111 before",
        "# 4111111111111111 is Bob's"}) {
    EXPECT_EQ(fault(line).message, clear) << line;
  }
  EXPECT_EQ(fault("4111 1111 1111 1111", ListOf::cards).message, clear);
  // Twelve digits are a card number only where cards are expected.
  EXPECT_EQ(fault("501800000009", ListOf::cards).message, clear);
  EXPECT_EQ(entry("501800000009").value, "501800000009");
}

TEST(ListParser, other_numbers_are_let_through) {
  EXPECT_EQ(entry("4111111111111112").value, "4111111111111112");
  EXPECT_EQ(entry("DE89370400440532013000").value, "DE89370400440532013000");
  EXPECT_EQ(entry("411111").value, "411111");
  EXPECT_EQ(entry("x, reason=ticket 4711 of 2026-05-01").reason, "ticket 4711 of 2026-05-01");
}

TEST(CardNumber, luhn_agrees_with_known_numbers) {
  EXPECT_TRUE(is_card_number("79927398713", 11));
  for (const auto* wrong : {"79927398710", "79927398712", "79927398731"}) {
    EXPECT_FALSE(is_card_number(wrong, 11)) << wrong;
  }
  EXPECT_FALSE(is_card_number("4111  1111 1111 1111", 13));
}

}  // namespace
}  // namespace assay::rules
