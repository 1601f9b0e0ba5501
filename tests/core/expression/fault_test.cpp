// A mistake is found while the engine starts, and the fault says where it is and how to mend it.
#include <string>
#include <string_view>

#include "tests/core/expression/rows.hpp"

namespace assay::core::expression {
namespace {

// The fault's part of the text, its message and its help.
std::string seen(const Rows& rows, std::string_view text, const Options& options = {}) {
  const auto fault = rows.fault(text, options);
  EXPECT_LE(fault.offset + fault.length, text.size()) << text;
  return std::string(text.substr(fault.offset, fault.length)) + " | " + fault.message + " | " +
         fault.help;
}

TEST(Fault, names_the_field_that_was_meant) {
  const Rows rows;
  EXPECT_EQ(seen(rows, "is_new && amout > 3"),
            "amout | `amout` is not a field | did you mean `amount`?");
  EXPECT_EQ(seen(rows, "holder.citty == \"a\""),
            "holder.citty | `holder.citty` is not a field | did you mean `holder.city`?");
  EXPECT_EQ(seen(rows, "merchant.startWith(\"a\")"),
            "merchant.startWith(\"a\") | `startWith` is no function | "
            "did you mean `startsWith`?");
}

TEST(Fault, is_shown_under_the_text) {
  const Rows rows;
  const std::string_view text = "is_new &&\n  amout > 3";
  EXPECT_EQ(shown(rows.fault(text), text),
            "`amout` is not a field; did you mean `amount`?\n"
            "    amout > 3\n"
            "    ^~~~~\n");
}

TEST(Fault, says_what_an_operator_takes) {
  const Rows rows;
  EXPECT_EQ(seen(rows, "mean * 3 > 1.0"),
            "mean * 3 | `*` does not take double and int | it takes int * int; uint * uint; "
            "double * double; decimal * int; int * decimal; decimal * decimal");
  EXPECT_EQ(seen(rows, "merchant > 3"), "merchant > 3 | string and int cannot be compared | ");
  EXPECT_EQ(seen(rows, "count"),
            "count | the whole must be true or false; it is of type int | compare it: x > 0");
  EXPECT_EQ(seen(rows, "is_new && merchant"),
            "merchant | a condition is true or false; this is of type string | "
            "compare it, or ask whether it is there with has()");
  EXPECT_EQ(seen(rows, "count == null"),
            "count == null | int and null cannot be compared | "
            "ask whether a field is there with has(field)");
}

TEST(Fault, keeps_tokens_to_tokens) {
  const Rows rows;
  const std::string help =
      "a token is compared by == and != and `in` with tokens of other fields only; "
      "a list of cards is what the rule `list` is for";
  EXPECT_EQ(seen(rows, "card == \"4000\""),
            "card == \"4000\" | token and string cannot be compared | " + help);
  EXPECT_EQ(seen(rows, "card in [\"4000\"]"),
            "card in [\"4000\"] | token and string cannot be compared | " + help);
  EXPECT_EQ(seen(rows, "card < other_card"),
            "card < other_card | token and token cannot be compared | " + help);
}

TEST(Fault, is_found_in_literals) {
  const Rows rows;
  EXPECT_EQ(seen(rows, "merchant == \"a\\q\""),
            "\\q | `\\q` is no escape | a backslash itself is written \\\\, or the text as "
            "r\"...\"");
  EXPECT_EQ(seen(rows, "merchant == \"\\uD800\""),
            "\\uD800 | `\\uD800` is no character of Unicode | ");
  EXPECT_EQ(seen(rows, "merchant == \"a"),
            "\" | the text that begins here has no end | close it with \"");
  EXPECT_EQ(seen(rows, "count > 9223372036854775808"),
            "9223372036854775808 | `9223372036854775808` does not fit 64 bits | larger numbers "
            "are a uint (12u) or a double (1.2e20)");
  EXPECT_EQ(seen(rows, "elapsed < 10m"),
            "10m | `10m` is neither a number nor a name | a name begins with a letter; a duration "
            "is written duration(\"10m\")");
  EXPECT_EQ(seen(rows, "elapsed < duration(\"10 m\")"),
            "\"10 m\" | \"10 m\" is no duration: the text is no duration: 10m and 1h30m are | ");
  EXPECT_EQ(seen(rows, "timestamp > timestamp(\"yesterday\")"),
            "\"yesterday\" | \"yesterday\" is no timestamp: the text is no time: "
            "2024-05-01T12:34:56Z is one | ");
}

TEST(Fault, is_found_in_patterns) {
  const Rows rows;
  EXPECT_EQ(seen(rows, "merchant.matches(\"(a\")"),
            "\"(a\" | the pattern cannot be read: missing ): (a | the syntax is that of RE2");
  EXPECT_EQ(seen(rows, "merchant.matches(holder.city)"),
            "holder.city | the pattern of matches() is a text that stands in the expression | "
            "text.matches(\"^A[0-9]+\")");
  const auto large = rows.fault("merchant.matches(\"((a{100}){100}){100}\")");
  EXPECT_EQ(large.message.substr(0, 26), "the pattern cannot be read");
}

TEST(Fault, is_found_in_the_grammar) {
  const Rows rows;
  EXPECT_EQ(seen(rows, ""), " | something is missing before the end | the expression is empty");
  EXPECT_EQ(seen(rows, "(count > 1"), "( | the bracket is not closed before the end | ");
  EXPECT_EQ(seen(rows, "count > 1)"),
            ") | `)` is not expected here | there is no ( that it closes");
  EXPECT_EQ(seen(rows, "count = 1"), "= | `=` means nothing here | compare with ==");
  EXPECT_EQ(seen(rows, "is_new and true"),
            "and | `and` is not expected here | join conditions with && or ||");
  EXPECT_EQ(seen(rows, "is_new ? true"), " | `:` is missing before the end | a ? b : c");
  EXPECT_EQ(seen(rows, "{\"a\": 1}.a"), "{ | maps and messages are not part of the language | ");
  EXPECT_EQ(seen(rows, "for == 1"), "for | `for` is reserved and no name | ");
  EXPECT_EQ(seen(rows, "[1].exists(x > 1)"),
            "exists | `exists` wants a name for the elements and a condition | "
            "list.exists(x, x > 0)");
  EXPECT_EQ(seen(rows, "has(1)"), "has | has() asks for one field | has(holder.city)");
  EXPECT_EQ(seen(rows, "[1].exists(x, x.y > 1)"),
            "x.y | `x` is an element of a list and has no parts | ");
}

TEST(Fault, is_what_hostile_text_gets) {
  const Rows rows;
  const auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  const auto deep = repeated("(", 5'000) + "is_new" + repeated(")", 5'000);
  EXPECT_EQ(rows.fault(deep).message, "the expression is nested too deeply");
  EXPECT_EQ(rows.fault(repeated("[", 5'000)).message, "the expression is nested too deeply");
  EXPECT_EQ(rows.fault(repeated("!", 5'000) + "is_new").message, "the expression is too complex");
  EXPECT_EQ(rows.fault("is_new" + repeated(" || is_new", 5'000)).message,
            "the expression is too complex");
  EXPECT_EQ(rows.fault(std::string(70'000, ' ')).message, "the expression is longer than 64 KiB");
}

}  // namespace
}  // namespace assay::core::expression
