#include "host/produce/retention_guard.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

constexpr std::uint64_t mock_partition = std::uint64_t{5} << 20;

TEST(RetentionGuard, lets_pass_what_fits_into_sixty_per_cent) {
  EXPECT_TRUE(check_retention({.records = 30'000,
                               .bytes_per_record = 400,
                               .partitions = 4,
                               .retained_bytes = mock_partition,
                               .records_per_batch = 100}));
}

TEST(RetentionGuard, says_how_much_would_fit_when_it_does_not) {
  const auto verdict = check_retention({.records = 100'000,
                                        .bytes_per_record = 400,
                                        .partitions = 4,
                                        .retained_bytes = mock_partition,
                                        .records_per_batch = 100});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error(),
            "the plan of 100000 transactions of about 400 bytes needs 40.0 MB, but the broker "
            "keeps 5.2 MB in each of 4 partitions, and only 60 % of that, 12.6 MB, is safe; "
            "produce at most 31457 (--count) or use 13 partitions (--partitions)");
}

TEST(RetentionGuard, the_advice_it_gives_passes) {
  RetentionPlan plan{.records = 100'000,
                     .bytes_per_record = 400,
                     .partitions = 13,
                     .retained_bytes = mock_partition,
                     .records_per_batch = 100};
  EXPECT_TRUE(check_retention(plan));
  plan.partitions = 4;
  plan.records = 31'457;
  EXPECT_TRUE(check_retention(plan));
  plan.records = 31'458;
  EXPECT_FALSE(check_retention(plan));
}

TEST(RetentionGuard, counts_batches_too) {
  const auto verdict = check_retention({.records = 300'000,
                                        .bytes_per_record = 10,
                                        .partitions = 4,
                                        .retained_bytes = mock_partition,
                                        .records_per_batch = 1});
  ASSERT_FALSE(verdict);
  EXPECT_NE(verdict.error().find("makes about 300000 batches"), std::string::npos)
      << verdict.error();
}

TEST(RetentionGuard, a_broker_that_keeps_everything_has_no_limit) {
  EXPECT_TRUE(check_retention({.records = 1'000'000'000'000, .bytes_per_record = 400}));
}

}  // namespace
}  // namespace assay::host
