// A deployment that makes every record an error in its data: the chain halts, and a mended table
// sets it going again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kPayments = 2'000;
constexpr std::int64_t kMost = 100;  // as `dead_letters.guard` has it by default

TEST(poison, halts_the_chain_before_the_topic_is_drained_and_goes_on_when_the_table_is_mended) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("poison");
  create_topic(kafka().address(), deployment.topic(), 1);
  create_topic(kafka().address(), deployment.holders(), 1);
  std::vector<OutgoingRecord> records;
  for (std::int64_t i = 0; i < kPayments; ++i) {
    records.push_back({payment({{"transaction_id", "tx-" + std::to_string(i)}}), "7", -1});
  }
  produce_records(kafka().address(), deployment.topic(), records);
  ask("ALTER TABLE transactions ADD CONSTRAINT poison CHECK (topic <> '" + deployment.topic() +
      "')");
  deployment.configure_main_job();
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] {
    return deployment.words().find("dead_letters.guard") != std::string::npos;
  })) << deployment.words();
  EXPECT_THAT(deployment.words(), HasSubstr("23514"));
  EXPECT_EQ(deployment.stored(), 0) << "the cursor stands before what was not stored";

  ask("ALTER TABLE transactions DROP CONSTRAINT poison");
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == kPayments; }))
      << deployment.words();
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(
      ask_number("SELECT count(*) FROM transactions WHERE topic = '" + deployment.topic() + "'"),
      kPayments - kMost);
  std::set<std::string> lettered;
  for (const auto& letter : read_topic(kafka().address(), deployment.dead_letter_topic())) {
    EXPECT_EQ(letter.header("assay.errors.code"), "23514");
    lettered.insert(letter.header("__connect.errors.offset"));
  }
  EXPECT_EQ(static_cast<std::int64_t>(lettered.size()), kMost);
}

}  // namespace
}  // namespace assay::testing
