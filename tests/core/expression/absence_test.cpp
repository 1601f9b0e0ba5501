// Absent is neither true nor false and never zero.
#include "tests/core/expression/rows.hpp"

namespace assay::core::expression {
namespace {

TEST(Absence, of_a_field_makes_absent_what_needs_it) {
  const Rows rows;
  for (const char* text :
       {"count > 5", "5 < count", "amount >= 10.00", "mean > 0.5", "merchant == \"a\"",
        "merchant.startsWith(\"a\")", "count + 1", "-count", "!is_new", "count in [1, 2]",
        "1 in [count, 2]", "[count, 1].exists(x, x > 0)", "is_new ? 1 : 2", "card == other_card",
        "timestamp.getHours() < 5", "elapsed < duration(\"10m\")", "is_new",
        "[1, 2].map(x, x + count)", "[1, 2].filter(x, x > count)"}) {
    EXPECT_EQ(rows.value(text), "absent") << text;
  }
}

TEST(Absence, of_either_of_two_fields_makes_their_comparison_absent) {
  for (const char* there : {"amount", "limit"}) {
    Rows rows;
    rows.put(there, 100'000);
    EXPECT_EQ(rows.value("amount > limit"), "absent") << there;
  }
  for (const char* there : {"merchant", "holder.city"}) {
    Rows rows;
    rows.put(there, "Lisbon");
    EXPECT_EQ(rows.value("merchant != holder.city"), "absent") << there;
  }
}

TEST(Absence, does_not_matter_where_one_side_decides) {
  const Rows rows;
  EXPECT_EQ(rows.value("false && is_new"), "false");
  EXPECT_EQ(rows.value("is_new && false"), "false");
  EXPECT_EQ(rows.value("true || is_new"), "true");
  EXPECT_EQ(rows.value("is_new || true"), "true");
  EXPECT_EQ(rows.value("true && is_new"), "absent");
  EXPECT_EQ(rows.value("is_new && true"), "absent");
  EXPECT_EQ(rows.value("false || is_new"), "absent");
  EXPECT_EQ(rows.value("is_new || false"), "absent");
  EXPECT_EQ(rows.value("[1, 2].all(x, x == 2 && is_new)"), "false");
  EXPECT_EQ(rows.value("[1, 2].exists(x, x == 2 || is_new)"), "true");
}

TEST(Absence, is_asked_for_with_has) {
  Rows rows;
  EXPECT_EQ(rows.value("has(holder.city)"), "false");
  EXPECT_EQ(rows.value("has(count) && count > 5"), "false");
  rows.put("holder.city", "Lisbon").put("count", 6);
  EXPECT_EQ(rows.value("has(holder.city)"), "true");
  EXPECT_EQ(rows.value("has(count) && count > 5"), "true");
}

TEST(Absence, is_less_to_know_than_an_error) {
  Rows rows;
  rows.put("count", 0);
  for (const char* text : {"is_new && 1 / count > 0", "1 / count > 0 && is_new",
                           "is_new || 1 / count > 0", "1 / count + int(mean) > 0"}) {
    EXPECT_EQ(rows.value(text), "error: division by zero") << text;
  }
}

TEST(Comparison, of_two_fields_looks_at_both) {
  Rows rows;
  rows.put_money("amount", 12.5).put_money("limit", 12.4).put("mean", 1.5).put("count", 7);
  rows.put("merchant", "Porto").put("holder.city", "Lisbon").put("elapsed", 5).put("timestamp", 9);
  for (const char* text :
       {"amount > limit", "limit < amount", "amount != limit", "mean >= mean", "count <= count",
        "merchant > holder.city", "elapsed == elapsed", "timestamp >= timestamp"}) {
    EXPECT_EQ(rows.value(text), "true") << text;
  }
  for (const char* text : {"amount <= limit", "limit == amount", "mean < mean", "count != count",
                           "merchant == holder.city", "elapsed > elapsed"}) {
    EXPECT_EQ(rows.value(text), "false") << text;
  }
}

TEST(Condition, answers_yes_no_absent_or_error) {
  Rows rows;
  const auto program = compile("10 / count > 1", rows.names()).value();
  EXPECT_EQ(program->test(rows.block(), 0), Truth::absent);
  rows.put("count", 0);
  EXPECT_EQ(program->test(rows.block(), 0), Truth::error);
  rows.put("count", 2);
  EXPECT_EQ(program->test(rows.block(), 0), Truth::yes);
  rows.put("count", 20);
  EXPECT_EQ(program->test(rows.block(), 0), Truth::no);
}

}  // namespace
}  // namespace assay::core::expression
