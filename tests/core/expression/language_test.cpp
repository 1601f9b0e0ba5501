// What the language can say about a row, and what it answers.
#include "tests/core/expression/rows.hpp"

namespace assay::core::expression {
namespace {

TEST(Expression, reads_a_field_of_every_type) {
  Rows rows;
  rows.put("count", 7).put("mean", 0.25).put("is_new", 1).put("merchant", "Café");
  rows.put("timestamp", std::int64_t{1'700'000'000'500'000'000});
  rows.put("elapsed", std::int64_t{-1'500'000'000}).put_money("amount", 12.5);
  EXPECT_EQ(rows.value("count"), "7");
  EXPECT_EQ(rows.value("mean"), "0.25");
  EXPECT_EQ(rows.value("is_new"), "true");
  EXPECT_EQ(rows.value("merchant"), "\"Café\"");
  EXPECT_EQ(rows.value("timestamp"), "timestamp(\"2023-11-14T22:13:20.5Z\")");
  EXPECT_EQ(rows.value("elapsed"), "duration(\"-1.5s\")");
  EXPECT_EQ(rows.value("amount"), "12.50");
  EXPECT_EQ(rows.value("size(merchant)"), "4");
}

TEST(Expression, compares_a_field_with_a_literal_on_either_side) {
  Rows rows;
  rows.put("count", 7).put("mean", 0.25).put("merchant", "shop");
  rows.put("elapsed", std::int64_t{600'000'000'000});
  EXPECT_EQ(rows.value("count > 6 && 6 < count && count >= 7 && 7 <= count"), "true");
  EXPECT_EQ(rows.value("count < 7 || 7 > count || count != 7 || 7 != count"), "false");
  EXPECT_EQ(rows.value("count == 7.0 && 7u == count && count < 7.5"), "true");
  EXPECT_EQ(rows.value("mean < 0.3 && 0.3 > mean && mean == 0.25"), "true");
  EXPECT_EQ(rows.value("merchant == \"shop\" && \"shop\" >= merchant"), "true");
  EXPECT_EQ(rows.value("elapsed <= duration(\"10m\") && duration(\"599s\") < elapsed"), "true");
  EXPECT_EQ(rows.value("merchant in [\"bank\", \"shop\"]"), "true");
  EXPECT_EQ(rows.value("count in [1, 2]"), "false");
}

TEST(Expression, compares_what_comparisons_give) {
  Rows rows;
  rows.put("count", 4).put("is_new", 0);
  EXPECT_EQ(rows.value("(count > 3) == true"), "true");
  EXPECT_EQ(rows.value("(count > 3) == is_new"), "false");
  EXPECT_EQ(rows.value("!((count > 3) == is_new) && count < 5"), "true");
  EXPECT_EQ(rows.value("!(count > 3) || count != 4 || count >= 5"), "false");
}

TEST(Expression, tells_tokens_apart) {
  Rows rows;
  rows.put("card", assay_token{1, 2}).put("other_card", assay_token{1, 3});
  EXPECT_EQ(rows.value("card == other_card"), "false");
  EXPECT_EQ(rows.value("card != other_card"), "true");
  EXPECT_EQ(rows.value("card in [other_card, card]"), "true");
}

TEST(Expression, looks_into_texts) {
  Rows rows;
  rows.put("merchant", "Grüne Apotheke");
  EXPECT_EQ(rows.value("merchant.startsWith(\"Grü\")"), "true");
  EXPECT_EQ(rows.value("merchant.endsWith(\"ke\")"), "true");
  EXPECT_EQ(rows.value("merchant.contains(\"Apo\")"), "true");
  EXPECT_EQ(rows.value("merchant.matches(\"^Gr.ne [A-Z]\")"), "true");
  EXPECT_EQ(rows.value("matches(merchant, \"^ne\")"), "false");
  EXPECT_EQ(rows.value("merchant + \"!\""), "\"Grüne Apotheke!\"");
  EXPECT_EQ(rows.value("bytes(merchant).size()"), "15");
}

TEST(Expression, works_with_lists) {
  Rows rows;
  rows.put("count", 3);
  EXPECT_EQ(rows.value("[1, count, 5].filter(x, x > 2)"), "[3, 5]");
  EXPECT_EQ(rows.value("[1, count].map(x, x * 2) + [0]"), "[2, 6, 0]");
  EXPECT_EQ(rows.value("[1, 2, 3, 4].map(x, x > count, x * x)"), "[16]");
  EXPECT_EQ(rows.value("[[1, count], [2]].map(x, x.map(y, y + size(x)))"), "[[3, 5], [3]]");
  EXPECT_EQ(rows.value("[1, 2].all(x, [3, 4].all(y, x < y && x < count))"), "true");
  EXPECT_EQ(rows.value("[1, 2, 3].exists_one(x, x == count)"), "true");
  EXPECT_EQ(rows.value("[7, 8][count]"), "error: the list has no element at that place");
  EXPECT_EQ(rows.value("[count, \"a\"][0] + 1"), "4");
  EXPECT_EQ(rows.value("[\"a\", count][0] + 1"),
            "error: nothing does that with values of these types");
}

TEST(Expression, asks_elements_of_mixed_lists_for_their_types) {
  const Rows rows;
  EXPECT_EQ(rows.value("[1, \"a\"][0] == \"a\""), "false");
  EXPECT_EQ(rows.value("dyn(1) == 1u && dyn(1) != \"1\""), "true");
  EXPECT_EQ(rows.value("([1] + [])[0] + 1"), "2");
  EXPECT_EQ(rows.value("[1, \"a\"].exists(x, x < 2)"), "true");
  EXPECT_EQ(rows.value("[1, \"a\"].all(x, x < 2)"), "error: values of these types have no order");
}

TEST(Expression, takes_the_day_and_the_hour_in_utc_or_at_an_offset) {
  Rows rows;
  rows.put("timestamp", std::int64_t{1'709'247'600'000'000'000});  // 2024-02-29T23:00:00Z
  EXPECT_EQ(rows.value("timestamp.getHours()"), "23");
  EXPECT_EQ(rows.value("timestamp.getHours(\"+02:30\")"), "1");
  EXPECT_EQ(rows.value("timestamp.getDate(\"+02:30\")"), "1");
  EXPECT_EQ(rows.value("timestamp.getDayOfYear()"), "59");
  EXPECT_EQ(rows.value("timestamp.getDayOfWeek()"), "4");
  EXPECT_EQ(rows.value("timestamp + duration(\"1h\") == timestamp(\"2024-03-01T00:00:00Z\")"),
            "true");
  EXPECT_EQ(rows.value("timestamp - timestamp(\"0001-01-01T00:00:00Z\") > duration(\"0s\")"),
            "error: the times lie more than 292 years apart");
  EXPECT_EQ(rows.value("timestamp.getHours(\"Mars\")"),
            "error: the text is no offset from UTC: +02:00 is one");
}

TEST(Expression, ends_in_an_error_where_it_makes_too_much) {
  Rows rows;
  rows.put("merchant", std::string(2'000, 'x'));
  Options options;
  options.scratch = 3'000;
  EXPECT_EQ(rows.value("merchant + merchant", options),
            "error: the texts and lists made on the way are too large");
  EXPECT_EQ(rows.value("size(merchant + \"y\")", options), "2001");
}

TEST(Expression, ends_in_an_error_where_it_runs_for_too_long) {
  Rows rows;
  rows.put("count", 1);
  const std::string ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
  std::string text = "count > 0";
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) {
    text = ten + ".all(" + name + ", " + text + ")";
  }
  EXPECT_EQ(rows.value(text), "error: it runs through more than a million elements");
}

TEST(Parameters, stand_for_literals) {
  Rows rows;
  rows.put("count", 7).put_money("amount", 12.5).put("merchant", "shop");
  rows.put("elapsed", std::int64_t{600'000'000'000});
  Options options;
  options.parameters = {{"at_least", "5"}, {"limit", "12.50 EUR"}, {"factor", "1.5"},
                        {"window", "10m"}, {"month", "30d"},       {"shops", "[\"shop\"]"},
                        {"on", "true"},    {"name", "\"shop\""},   {"word", "shop"},
                        {"fewest", "-3"},  {"none", "0"}};
  EXPECT_EQ(rows.value("count >= parameters.at_least && parameters.on", options), "true");
  EXPECT_EQ(rows.value("amount == parameters.limit", options), "true");
  EXPECT_EQ(rows.value("amount < parameters.limit * parameters.factor", options), "true");
  EXPECT_EQ(rows.value("elapsed == parameters.window", options), "true");
  EXPECT_EQ(rows.value("parameters.month", options), "duration(\"2592000s\")");
  EXPECT_EQ(rows.value("merchant in parameters.shops", options), "true");
  EXPECT_EQ(rows.value("merchant == parameters.name", options), "true");
  EXPECT_EQ(rows.value("parameters.fewest < parameters.none", options), "true");
  EXPECT_EQ(rows.value("merchant == parameters.word", options),
            "fault: `parameters.word` is shop, which is no value of the language");
  EXPECT_EQ(rows.value("count > parameters.at_leest", options),
            "fault: `parameters.at_leest` is not a parameter of this rule");
}

TEST(Program, names_the_fields_it_reads) {
  const Rows rows;
  const auto program =
      compile("count > 1 && has(holder.city) && [1].all(x, x < count)", rows.names());
  EXPECT_EQ((*program)->names(), (std::vector<std::string>{"count", "holder.city"}));
}

}  // namespace
}  // namespace assay::core::expression
