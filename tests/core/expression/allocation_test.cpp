// Asking a row takes nothing from the heap.
#include "tests/core/expression/rows.hpp"
#include "tests/support/allocation_count.hpp"

namespace assay::core::expression {
namespace {

TEST(Allocation, does_not_happen_while_rows_are_asked) {
  Rows rows;
  rows.put("count", 7).put("mean", 0.25).put("merchant", "a shop with a name that is long");
  rows.put("timestamp", std::int64_t{1'700'000'000'000'000'000}).put_money("amount", 12.5);
  std::vector<std::unique_ptr<Program>> programs;
  for (const char* text :
       {"count > 5 && amount >= 10.00", "merchant in [\"a\", \"b\"] || mean < 0.5",
        "merchant + string(amount) + string(timestamp) == \"\"",
        "[count, 1].map(x, x * 2).filter(x, x > 2).exists(x, x == 14)",
        "merchant.matches(\"sh[aeiou]p.*long$\") && timestamp.getHours(\"+02:00\") < 5",
        "has(holder.city) ? holder.city == merchant : amount * 1.5 > 10.00",
        "[count, \"a\"][0] + 1 == 8"}) {
    programs.push_back(compile(text, rows.names()).value());
    // A pattern's automaton meets this text for the first time.
    programs.back()->test(rows.block(), 0);
  }
  const auto before = tests::allocations();
  std::size_t answers = 0;
  for (int i = 0; i < 100; ++i) {
    for (const auto& program : programs) {
      answers += program->test(rows.block(), 0) == Truth::error ? 0 : 1;
    }
  }
  EXPECT_EQ(tests::allocations(), before);
  EXPECT_EQ(answers, 100 * programs.size());
}

}  // namespace
}  // namespace assay::core::expression
