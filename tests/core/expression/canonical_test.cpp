// Two expressions that are the same by their form have one text, and reading it again keeps it.
#include "tests/core/expression/rows.hpp"

namespace assay::core::expression {
namespace {

std::string canonical(const Rows& rows, std::string_view text, const Options& options = {}) {
  const auto program = compile(text, rows.names(), {Kind::any}, options);
  return program ? (*program)->text() : shown(program.error(), text);
}

TEST(Canonical, evens_out_what_changes_nothing) {
  const Rows rows;
  EXPECT_EQ(canonical(rows, " ( count>1 )&&(( is_new)) // why\n"), "count > 1 && is_new");
  EXPECT_EQ(canonical(rows, "count == 0x10"), "count == 16");
  EXPECT_EQ(canonical(rows, "merchant == 'a\\x62'"), "merchant == \"ab\"");
  EXPECT_EQ(canonical(rows, "amount >= 10000"), "amount >= 10000.00");
  EXPECT_EQ(canonical(rows, "amount >= 10000.0"), "amount >= 10000.00");
  EXPECT_EQ(canonical(rows, "elapsed < duration('1h30m')"), "elapsed < duration(\"5400s\")");
  EXPECT_EQ(canonical(rows, "count > 60 * 60"), "count > 3600");
  EXPECT_EQ(canonical(rows, "merchant.matches(r'^\\d')"), "merchant.matches(\"^\\\\d\")");
}

TEST(Canonical, keeps_the_brackets_that_matter) {
  const Rows rows;
  for (const char* text :
       {"(count + 1) * 2", "count - (count - 1)", "(is_new || is_new) && is_new", "!(count > 1)",
        "(is_new ? count : 1) + 1", "-(count + 1)", "is_new == (count == 1)",
        "[count, 1].filter(x, x > 1).size()", "(merchant + \"a\").startsWith(\"b\")",
        "is_new ? count : is_new ? 2 : 3", "[count][0] + 1", "amount in [9.99, 19.99]",
        "has(holder.city) && holder.city != \"\"", "[1, 2].exists(x, x == count)"}) {
    EXPECT_EQ(canonical(rows, text), text);
  }
}

TEST(Canonical, puts_values_in_the_place_of_parameters) {
  const Rows rows;
  Options options;
  options.parameters = {{"limit", "10.00 EUR"}, {"window", "10m"}};
  EXPECT_EQ(canonical(rows, "amount > parameters.limit", options), canonical(rows, "amount > 10"));
  EXPECT_EQ(canonical(rows, "elapsed < parameters.window", options),
            canonical(rows, "elapsed < duration('600s')"));
}

TEST(Canonical, says_which_literals_are_money) {
  const Rows rows;
  EXPECT_EQ(canonical(rows, "[decimal('1.5'), 2].exists(x, x == amount)"),
            "[decimal(\"1.50\"), decimal(\"2.00\")].exists(x, x == amount)");
}

}  // namespace
}  // namespace assay::core::expression
