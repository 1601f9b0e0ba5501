// Two processes with one static id: the group lets the later one have it, and the engine says so,
// unless the later one turns out to be nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/deployment.hpp"
#include "tests/integration/oracle.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kSome = 5'000;
constexpr int kFenced = 75;

class Fence : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  }
  static bool fenced(Engine& engine, const Deployment& deployment) {
    return engine.until(
        [&] { return deployment.words().find("waiting for one session") != std::string::npos; });
  }
};

TEST_F(Fence, a_rival_that_stays_ends_the_older_one_with_75_and_its_host) {
  Deployment deployment("fence");
  deployment.produce(kSome, 8);
  deployment.configure_main_job();
  const auto older = deployment.start();
  ASSERT_TRUE(older->until([&] { return deployment.stored() > 0; }));
  const auto newer = deployment.start();
  ASSERT_TRUE(fenced(*older, deployment));
  EXPECT_EQ(older->wait(), kFenced);
  EXPECT_THAT(deployment.words(), HasSubstr("has our static id `engine-0` for good"));
  EXPECT_TRUE(newer->until([&] { return deployment.committed() == kSome; }));
  EXPECT_EQ(newer->stop(), 0);
  expect_stored_once(deployment, expected_of(deployment));
}

TEST_F(Fence, a_rival_that_is_gone_after_a_session_lets_the_older_one_join_again) {
  Deployment deployment("ghost");
  deployment.produce(kSome, 9);
  deployment.configure_main_job();
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return deployment.stored() > 0; }));
  {
    const auto ghost = deployment.start();
    ASSERT_TRUE(fenced(*engine, deployment));
    ghost->kill();
  }
  // Everything may have been stored before the ghost came.
  constexpr std::int64_t kMore = 100;
  deployment.produce_more(kSome, kMore, 0);
  ASSERT_TRUE(engine->until(
      [&] { return deployment.words().find("joining the group again") != std::string::npos; }));
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == kSome + kMore; }));
  EXPECT_EQ(engine->stop(), 0);
  expect_stored_once(deployment, expected_of(deployment));
}

}  // namespace
}  // namespace assay::testing
