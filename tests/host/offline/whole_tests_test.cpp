#include "host/offline/whole_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/host/offline/offline_deployment.hpp"

namespace assay::host {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::OfflineDeployment;
using ::testing::SizeIs;

class WholeTests : public ::testing::Test {
 protected:
  std::vector<TestResult> run(const std::string& tests) {
    deployment_.emplace(testing::kTwoRules + std::string("decision: { review: 0.5 }\n"));
    deployment_->write("tests.yaml", tests);
    std::vector<TestResult> results;
    run_whole_tests(
        deployment_->assembly(), deployment_->engine(), deployment_->path("tests.yaml"),
        [&](const TestResult& result) { results.push_back(result); }, diagnostics_);
    return results;
  }
  std::string faults() const {
    std::string all;
    for (const auto& one : diagnostics_.all()) all += one.message + "\n";
    return all;
  }

  std::optional<OfflineDeployment> deployment_;
  Diagnostics diagnostics_;
};

TEST_F(WholeTests, compare_decisions_hits_and_the_sinks_that_get_a_record) {
  const auto results = run(R"(tests:
  - name: a large one is told
    events: [{ amount: 12.00 }, { amount: 2000.00 }, { amount: much }]
    expect: { review: [2], refused: [3], hits: { large: [2] }, sinks: { mail: [2] } }
)");
  EXPECT_EQ(faults(), "");
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_TRUE(results[0].passed());
  EXPECT_EQ(results[0].rule, "");
  EXPECT_EQ(results[0].events, 3u);
}

TEST_F(WholeTests, say_what_was_expected_and_what_came) {
  const auto results = run(R"(tests:
  - name: all wrong
    events: [{ amount: 12.00 }, { amount: 2000.00 }]
    expect: { review: [1], hits: { large: [1] }, sinks: { mail: [1] } }
  - name: nothing is refused
    events: [{ amount: 12.00 }]
    expect: { refused: [1] }
)");
  ASSERT_THAT(results, SizeIs(2));
  const auto& surprises = results[0].surprises;
  ASSERT_THAT(surprises, SizeIs(6));
  EXPECT_EQ(surprises[0].expected, "review");
  EXPECT_EQ(surprises[0].got, "approve");
  EXPECT_EQ(surprises[1].expected, "a hit of large");
  EXPECT_EQ(surprises[1].got, "hits of no rule");
  EXPECT_EQ(surprises[2].expected, "a record for mail");
  EXPECT_EQ(surprises[2].got, "records for no sink");
  EXPECT_EQ(surprises[3].number, 2u);
  EXPECT_EQ(surprises[3].got, "review");
  EXPECT_THAT(surprises[3].words, HasSubstr("2000.00 EUR"));
  EXPECT_EQ(surprises[4].expected, "no hit of large");
  EXPECT_EQ(surprises[5].got, "records for mail");
  ASSERT_THAT(results[1].surprises, SizeIs(1));
  EXPECT_EQ(results[1].surprises[0].expected, "refused");
}

TEST_F(WholeTests, refuse_names_and_numbers_that_are_none) {
  const auto results = run(R"(tests:
  - name: misspelt
    events: [{ amount: 12.00 }]
    expect: { review: [2], hits: { lareg: [1] }, sinks: { mial: [1] } }
)");
  EXPECT_THAT(results, IsEmpty());
  EXPECT_THAT(faults(), HasSubstr("no transaction number `2`"));
  EXPECT_THAT(faults(), HasSubstr("no rule is called `lareg`"));
  EXPECT_THAT(faults(), HasSubstr("no sink of a chain of decisions is called `mial`"));
  EXPECT_EQ(diagnostics_.all()[1].help, "did you mean `large`?");
}

TEST_F(WholeTests, refuse_a_file_that_is_not_written_as_tests) {
  EXPECT_THAT(run("tests:\n  - name: no events\n    expect: {}\n"), IsEmpty());
  EXPECT_THAT(faults(), HasSubstr("events"));
  diagnostics_ = {};
  EXPECT_THAT(run("test: []\n"), IsEmpty());
  EXPECT_THAT(faults(), HasSubstr("test"));
}

TEST_F(WholeTests, refuse_a_file_that_is_not_there) {
  deployment_.emplace(testing::kTwoRules);
  run_whole_tests(
      deployment_->assembly(), deployment_->engine(), "/nowhere/tests.yaml",
      [](const TestResult&) { FAIL(); }, diagnostics_);
  EXPECT_THAT(faults(), HasSubstr("/nowhere/tests.yaml"));
}

}  // namespace
}  // namespace assay::host
