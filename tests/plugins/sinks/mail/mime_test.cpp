#include "plugins/sinks/mail/mime.hpp"

#include <gmock/gmock.h>

#include <random>
#include <sstream>
#include <string>

namespace {

using assay::mail::header;
using assay::mail::Mailbox;
using assay::mail::quoted_printable;
using testing::HasSubstr;
using testing::Not;

std::size_t longest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) {
    longest = std::max(longest, line.size() - (line.ends_with('\r') ? 1 : 0));
  }
  return longest;
}

TEST(Header, writes_plain_text_as_it_is) {
  EXPECT_EQ(header("Subject", "A payment of 12.34 EUR"), "Subject: A payment of 12.34 EUR\r\n");
}

TEST(Header, lets_no_line_break_through) {
  const auto line = header("Subject", "Shop\r\nBcc: everybody@example.org\r\n\r\nbody");
  EXPECT_EQ(line, "Subject: Shop Bcc: everybody@example.org body\r\n");
}

TEST(Header, encodes_what_is_not_ascii_in_whole_characters) {
  EXPECT_EQ(header("Subject", "Caf\xC3\xA9"), "Subject: =?UTF-8?B?Q2Fmw6k=?=\r\n");
  // 40 characters of two bytes: more than one word, none of them cut in a character.
  std::string accents;
  for (int i = 0; i < 40; ++i) accents += "\xC3\xA9";
  const auto lines = header("X-Assay-Transaction", accents);
  EXPECT_LE(longest_line(lines), 76u);
  EXPECT_THAT(lines, HasSubstr("\r\n =?UTF-8?B?w6nDqcOp"));
  EXPECT_THAT(lines, Not(HasSubstr("qcM=")));
}

TEST(Header, encodes_text_that_looks_encoded) {
  EXPECT_EQ(header("Subject", "=?UTF-8?B?QQ==?="),
            "Subject: =?UTF-8?B?PT9VVEYtOD9CP1FRPT0/PQ==?=\r\n");
}

TEST(Header, folds_long_lines_between_words) {
  std::string words;
  for (int i = 0; i < 60; ++i) words += "word ";
  const auto lines = header("Subject", words);
  EXPECT_LE(longest_line(lines), 76u);
  EXPECT_THAT(lines, HasSubstr("word\r\n word"));
}

TEST(Header, folds_a_long_word_by_encoding_it) {
  EXPECT_LE(longest_line(header("Subject", std::string(400, 'x'))), 76u);
}

TEST(Header, quotes_a_name_with_special_characters) {
  EXPECT_EQ(header("From", Mailbox{"Bank", "a@bank.example"}), "From: Bank <a@bank.example>\r\n");
  EXPECT_EQ(header("From", Mailbox{"Bank, Ltd. \"X\"", "a@bank.example"}),
            "From: \"Bank, Ltd. \\\"X\\\"\" <a@bank.example>\r\n");
  EXPECT_EQ(header("From", Mailbox{"B\xC3\xA4nk", "a@bank.example"}),
            "From: =?UTF-8?B?QsOkbms=?= <a@bank.example>\r\n");
  EXPECT_EQ(header("To", Mailbox{"", "a@bank.example"}), "To: a@bank.example\r\n");
}

TEST(MailDate, is_written_in_utc) {
  EXPECT_EQ(assay::mail::mail_date({1'790'000'000'000'000'000}), "Mon, 21 Sep 2026 14:13:20 +0000");
}

TEST(QuotedPrintable, keeps_plain_lines_and_ends_them_in_crlf) {
  EXPECT_EQ(quoted_printable("one\ntwo\r\nthree"), "one\r\ntwo\r\nthree\r\n");
  EXPECT_EQ(quoted_printable(""), "");
}

TEST(QuotedPrintable, encodes_equals_signs_trailing_blanks_and_other_bytes) {
  EXPECT_EQ(quoted_printable("a=b \nc\xE2\x82\xAC\t"), "a=3Db=20\r\nc=E2=82=AC=09\r\n");
  EXPECT_EQ(quoted_printable(std::string("a\0b", 3)), "a=00b\r\n");
}

// As a mail reader does.
std::string decoded(std::string_view encoded) {
  std::string text;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] != '=') {
      text += encoded[i];
    } else if (encoded[i + 1] == '\r') {
      i += 2;  // a soft break
    } else {
      text += static_cast<char>(std::stoi(std::string(encoded.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
  }
  return text;
}

TEST(QuotedPrintable, of_any_text_keeps_it_and_what_a_relay_may_do_to_it) {
  std::minstd_rand random;  // the same each time
  constexpr std::string_view kLetters = "ab .=\t\xC3\n";
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (auto left = random() % 300; left > 0; --left) {
      // Mostly letters, so that lines become long.
      const auto pick = random() % 24;
      text += pick < kLetters.size() ? kLetters[pick] : 'x';
    }
    const auto encoded = quoted_printable(text);
    EXPECT_LE(longest_line(encoded), 76u);
    EXPECT_THAT("\n" + encoded, Not(HasSubstr("\n.")));
    EXPECT_THAT(encoded, Not(HasSubstr(" \r\n")));
    EXPECT_THAT(encoded, Not(HasSubstr("\t\r\n")));
    std::string lines;
    for (const char c : text) lines += c == '\n' ? std::string("\r\n") : std::string(1, c);
    if (!lines.empty() && !lines.ends_with("\r\n")) lines += "\r\n";
    EXPECT_EQ(decoded(encoded), lines) << round;
  }
}

TEST(QuotedPrintable, begins_no_line_with_a_dot) {
  EXPECT_EQ(quoted_printable(".\n..a"), "=2E\r\n=2E.a\r\n");
  EXPECT_THAT(quoted_printable(std::string(200, '.')), Not(HasSubstr("\n.")));
}

TEST(QuotedPrintable, breaks_long_lines_softly) {
  const auto encoded = quoted_printable(std::string(200, 'x'));
  EXPECT_LE(longest_line(encoded), 76u);
  EXPECT_THAT(encoded, HasSubstr("x=\r\nx"));
}

}  // namespace
