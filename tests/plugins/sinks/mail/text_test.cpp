#include "plugins/sinks/mail/text.hpp"

#include <gtest/gtest.h>

#include "plugins/sinks/mail/address.hpp"

namespace {

using assay::mail::is_address;
using assay::mail::masked_card;
using assay::mail::parse_mailbox;
using assay::mail::single_line;

TEST(SingleLine, replaces_controls_and_line_separators_by_one_space) {
  EXPECT_EQ(single_line("a\r\n\tb"), "a b");
  EXPECT_EQ(single_line("a\xE2\x80\xA8"
                        "b\xC2\x85"
                        "c"),
            "a b c");
  EXPECT_EQ(single_line("  a  "), "a");
  EXPECT_EQ(single_line(std::string_view("a\0b", 3)), "a b");
}

TEST(SingleLine, removes_characters_that_turn_the_text_round) {
  EXPECT_EQ(single_line("a\xE2\x80\xAEmoc.live\xE2\x80\x8B"), "amoc.live");
}

TEST(SingleLine, replaces_bytes_that_are_no_utf8) {
  EXPECT_EQ(single_line("a\xFF\xC3"), "a??");
  EXPECT_EQ(single_line("\xED\xA0\x80"), "???");  // a surrogate
  EXPECT_EQ(single_line("\xC0\xAF"), "??");       // overlong
}

TEST(SingleLine, keeps_single_spaces_and_no_others) {
  EXPECT_EQ(single_line("a b c."), "a b c.");
  EXPECT_EQ(single_line("a  b"), "a b");
  EXPECT_EQ(single_line("a "), "a");
  EXPECT_EQ(single_line(" a"), "a");
  EXPECT_EQ(single_line(" "), "");
  EXPECT_EQ(single_line(""), "");
  EXPECT_EQ(single_line("a\x7F"), "a");
}

TEST(SingleLine, cuts_between_characters) {
  EXPECT_EQ(single_line("\xC3\xA9\xC3\xA9\xC3\xA9", 2), "\xC3\xA9\xC3\xA9...");
  EXPECT_EQ(single_line("abc", 3), "abc");
}

TEST(MaskedCard, shows_four_digits_at_most) {
  EXPECT_EQ(masked_card("1234"), "**** 1234");
  EXPECT_EQ(masked_card("4111111111111234"), "**** 1234");
  EXPECT_EQ(masked_card(""), "");
  EXPECT_EQ(masked_card("12a4"), "");
}

TEST(Address, takes_plain_addresses) {
  for (const char* address : {"a@b", "first.last+tag@bank.example", "o'hara@x-y.example",
                              "root@localhost", "a_b@1.example"}) {
    EXPECT_TRUE(is_address(address)) << address;
  }
}

TEST(Address, refuses_what_could_mean_something_else) {
  const std::string long_local(65, 'a');
  for (const std::string address :
       {"", "a", "@b", "a@", "a b@c", "a@b c", "a@b\r\nBcc: c@d", "a>@b", "a@b,c@d", "<a@b>",
        "\"a b\"@c", "a..b@c", ".a@b", "a@-b", "a@b..c", "a@b@c", "m\xC3\xBCller@bank.example",
        "a@b.example.", "a@[127.0.0.1]"}) {
    EXPECT_FALSE(is_address(address)) << address;
  }
  EXPECT_FALSE(is_address(long_local + "@b"));
}

TEST(Mailbox, has_an_optional_name) {
  EXPECT_EQ(parse_mailbox("a@b")->name, "");
  EXPECT_EQ(parse_mailbox("Your Bank <a@b>")->name, "Your Bank");
  EXPECT_EQ(parse_mailbox("\"Bank, Ltd\" <a@b>")->name, "Bank, Ltd");
  EXPECT_EQ(parse_mailbox("Your Bank <a@b>")->address, "a@b");
  EXPECT_FALSE(parse_mailbox("Your Bank a@b"));
  EXPECT_FALSE(parse_mailbox("Your Bank <a@b"));
  EXPECT_FALSE(parse_mailbox(""));
}

}  // namespace
