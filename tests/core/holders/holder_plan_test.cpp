#include "core/holders/holder_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/holders/holder_fixture.hpp"

namespace assay::core {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(HolderPlan, wants_only_what_is_bound) {
  const auto plan = HolderPlan::make(holder_layout(), "user_id", transaction_layout(), "user_id");
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->copies.size(), 5u);
  EXPECT_EQ(plan->cells, 4 * 8u + 16u);
}

TEST(HolderPlan, refuses_a_key_that_the_holders_lack) {
  const auto plan = HolderPlan::make(holder_layout(), "uid", transaction_layout(), "user_id");
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error(), AllOf(HasSubstr("`uid`"), HasSubstr("holders.key")));
}

TEST(HolderPlan, refuses_a_key_that_a_transaction_lacks) {
  const auto plan = HolderPlan::make(holder_layout(), "user_id", transaction_layout(), "customer");
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error(), HasSubstr("`customer`"));
}

TEST(HolderPlan, refuses_a_key_that_is_no_number_and_no_text) {
  const auto plan = HolderPlan::make(holder_layout(), "balance", transaction_layout(), "user_id");
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error(), HasSubstr("`balance` is decimal"));
}

TEST(HolderPlan, refuses_keys_of_two_types) {
  const auto plan = HolderPlan::make(holder_layout(FieldType::text), "user_id",
                                     transaction_layout(FieldType::int64), "user_id");
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error(), AllOf(HasSubstr("is int64"), HasSubstr("is text")));
}

TEST(HolderPlan, refuses_a_bound_field_that_the_holders_lack_or_have_otherwise) {
  auto transactions = transaction_layout();
  transactions.add("holder.shoe_size", FieldType::int64);
  auto plan = HolderPlan::make(holder_layout(), "user_id", transactions, "user_id");
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error(), HasSubstr("`shoe_size`"));

  transactions = transaction_layout();
  transactions.add("holder.address", FieldType::int64);
  plan = HolderPlan::make(holder_layout(), "user_id", transactions, "user_id");
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error(), HasSubstr("`holder.address` is int64"));
}

}  // namespace
}  // namespace assay::core
