// What of a stranger's words reaches the terminal.
#include "host/diagnostics/printable.hpp"

#include <gtest/gtest.h>

namespace assay::tests {
namespace {

using host::printable;

TEST(Printable, is_text_of_any_script) {
  for (const auto* text :
       {"", "plain ASCII ~", "Se\u00f1or \u00a0", "\u5e74\u0645\u0631", "\U0001f512"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, is_no_control_character) {
  EXPECT_EQ(printable("\x1b[31m\x07\x7f"), "?[31m??");
  // CSI in one: as UTF-8, and as a byte of its own.
  EXPECT_EQ(printable("\u009b31m \u0080 \u009f"), "?31m ? ?");
  EXPECT_EQ(printable("\x9b"
                      "31m"),
            "?31m");
}

TEST(Printable, is_one_line) { EXPECT_EQ(printable("a\tb\r\nc"), "a b  c"); }

TEST(Printable, is_no_mark_that_turns_a_line_around) {
  for (const auto* mark :
       {"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069"}) {
    EXPECT_EQ(printable(std::string("a") + mark + "b"), "a?b");
  }
}

TEST(Printable, is_nothing_but_utf8) {
  EXPECT_EQ(printable("\xc3"), "?");            // cut
  EXPECT_EQ(printable("\xe2\x80"), "??");       // cut
  EXPECT_EQ(printable("\xc0\xaf"), "??");       // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "???");  // half of a pair
  EXPECT_EQ(printable("\xff"
                      "a"),
            "?a");
}

}  // namespace
}  // namespace assay::tests
