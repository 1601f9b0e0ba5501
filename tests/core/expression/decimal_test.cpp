// Money is exact, and no double ever holds it unasked.
#include "tests/core/expression/rows.hpp"

namespace assay::core::expression {
namespace {

TEST(Decimal, is_compared_with_literals_by_their_digits) {
  Rows rows;
  rows.put("amount", std::int64_t{101'000});  // 10.10, which no double is
  EXPECT_EQ(rows.value("amount == 10.10"), "true");
  EXPECT_EQ(rows.value("amount == 10.1"), "true");
  EXPECT_EQ(rows.value("10.1 <= amount && amount <= 10.1"), "true");
  EXPECT_EQ(rows.value("amount != 10.1001"), "true");
  EXPECT_EQ(rows.value("amount > 10"), "true");
  EXPECT_EQ(rows.value("amount in [5, 10.10]"), "true");
  EXPECT_EQ(rows.value("amount in [5.0, 10.11]"), "false");
  EXPECT_EQ(rows.value("amount > 10.09999"), "true");
  EXPECT_EQ(rows.value("amount < 10.10001"), "true");
}

TEST(Decimal, keeps_every_digit_of_large_amounts) {
  Rows rows;
  rows.put("amount", std::int64_t{9'223'372'036'854'775'807});
  EXPECT_EQ(rows.value("amount == 922337203685477.5807"), "true");
  EXPECT_EQ(rows.value("amount > 922337203685477.5806"), "true");
  EXPECT_EQ(rows.value("amount < 1e15"), "true");
}

TEST(Decimal, is_compared_with_doubles_exactly) {
  Rows rows;
  rows.put_money("amount", 0.5).put("mean", 0.5);
  EXPECT_EQ(rows.value("amount >= mean && amount <= mean"), "true");
  rows.put_money("amount", 0.1).put("mean", 0.1);  // this double lies above a tenth
  EXPECT_EQ(rows.value("amount < mean"), "true");
  rows.put_money("amount", -3.5).put("mean", -3.25);
  EXPECT_EQ(rows.value("amount < mean"), "true");
}

TEST(Decimal, is_not_asked_to_equal_a_double) {
  const Rows rows;
  for (const char* text : {"amount == mean", "mean != amount", "amount in [mean]",
                           "amount == 0.00001", "[0.5].exists(x, x == amount)"}) {
    EXPECT_EQ(rows.value(text), "fault: money is not compared for equality with a double") << text;
  }
}

TEST(Decimal, is_added_and_scaled_exactly) {
  Rows rows;
  rows.put_money("amount", 12.5).put_money("limit", 10).put("count", 3);
  EXPECT_EQ(rows.value("amount + limit"), "22.50");
  EXPECT_EQ(rows.value("amount - 0.0001"), "12.4999");
  EXPECT_EQ(rows.value("1 - amount"), "-11.50");
  EXPECT_EQ(rows.value("amount + count"), "15.50");
  EXPECT_EQ(rows.value("-amount"), "-12.50");
  EXPECT_EQ(rows.value("amount * count"), "37.50");
  EXPECT_EQ(rows.value("amount * 1.1"), "13.75");
  EXPECT_EQ(rows.value("amount % 10"), "2.50");
  EXPECT_EQ(rows.value("amount / limit"), "1.25");
  EXPECT_EQ(rows.value("amount / 2.5"), "5.0");
  EXPECT_EQ(rows.value("int(amount)"), "12");
  EXPECT_EQ(rows.value("double(amount)"), "12.5");
  EXPECT_EQ(rows.value("string(amount)"), "\"12.50\"");
  EXPECT_EQ(rows.value("decimal(\"0.30\") + decimal(3)"), "3.30");
}

TEST(Decimal, is_divided_to_four_digits_and_of_two_near_ones_to_the_even) {
  Rows rows;
  rows.put("amount", 5);  // 0.0005
  EXPECT_EQ(rows.value("amount / 2"), "0.0002");
  EXPECT_EQ(rows.value("-amount / 2"), "-0.0002");
  rows.put("amount", 15);
  EXPECT_EQ(rows.value("amount / 2"), "0.0008");
  EXPECT_EQ(rows.value("amount / -2"), "-0.0008");
  rows.put("amount", 100'000);
  EXPECT_EQ(rows.value("amount / 3"), "3.3333");
  EXPECT_EQ(rows.value("amount / -3"), "-3.3333");
  EXPECT_EQ(rows.value("amount * 0.00001"), "fault: `*` does not take decimal and double");
}

TEST(Decimal, that_does_not_fit_is_an_error) {
  Rows rows;
  rows.put("amount", std::int64_t{9'223'372'036'854'775'807}).put("count", 0);
  for (const char* text : {"amount + 1", "amount * 2", "-amount - 1", "amount + amount"}) {
    EXPECT_EQ(rows.value(text), "error: the result does not fit its type") << text;
  }
  for (const char* text : {"amount / count", "amount % count"}) {
    EXPECT_EQ(rows.value(text), "error: division by zero") << text;
  }
}

TEST(Decimal, does_not_mix_with_doubles_in_sums) {
  const Rows rows;
  EXPECT_EQ(rows.value("amount + mean"), "fault: `+` does not take decimal and double");
  EXPECT_EQ(rows.value("amount * limit"), "fault: money times money is no money");
  EXPECT_EQ(rows.value("double(amount) + mean"), "absent");
}

}  // namespace
}  // namespace assay::core::expression
