// Under a condition stand the values of its parts.
#include "core/expression/explain.hpp"

#include "tests/core/expression/rows.hpp"

namespace assay::core::expression {
namespace {

std::vector<std::string> lines(const Rows& rows, std::string_view text) {
  const auto program = compile(text, rows.names()).value();
  std::vector<std::string> all;
  for (const auto& part : explain(*program, rows.block(), 0)) {
    EXPECT_LE(part.offset + part.length, text.size());
    all.push_back(std::string(text.substr(part.offset, part.length)) + " is " + part.value);
  }
  return all;
}

TEST(Explanation, has_the_value_of_each_part) {
  Rows rows;
  rows.put("count", 3).put_money("amount", 12.5);
  EXPECT_EQ(lines(rows, "count + 1 > 5 && (amount > 10.00)"),
            (std::vector<std::string>{"count + 1 > 5 && (amount > 10.00) is false",
                                      "count + 1 > 5 is false", "count + 1 is 4", "count is 3",
                                      "(amount > 10.00) is true", "amount is 12.50"}));
}

TEST(Explanation, says_what_is_absent_and_what_went_wrong) {
  Rows rows;
  rows.put("count", 0);
  EXPECT_EQ(lines(rows, "mean > 0.5 || 10 / count > 1"),
            (std::vector<std::string>{"mean > 0.5 || 10 / count > 1 is error: division by zero",
                                      "mean > 0.5 is absent", "mean is absent",
                                      "10 / count > 1 is error: division by zero",
                                      "10 / count is error: division by zero", "count is 0"}));
}

TEST(Explanation, leaves_out_what_macros_do_inside) {
  Rows rows;
  rows.put("count", 2);
  EXPECT_EQ(lines(rows, "[1, count].exists(x, x * x == 4)"),
            (std::vector<std::string>{"[1, count].exists(x, x * x == 4) is true",
                                      "[1, count] is [1, 2]", "count is 2"}));
}

}  // namespace
}  // namespace assay::core::expression
