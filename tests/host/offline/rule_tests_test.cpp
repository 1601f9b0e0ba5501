#include "host/offline/rule_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/host/offline/offline_deployment.hpp"

namespace assay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::OfflineDeployment;
using ::testing::SizeIs;

// The rule file of the operations page, with `tests` in the place of its own.
std::string small_burst(const std::string& tests) {
  return R"(rules:
  small_burst:
    version: 4
    parameters: { window: 10m, limit: 4, small: 10.00 EUR }
    features:
      attempts: count() by card over parameters.window where amount <= parameters.small
    when: attempts > parameters.limit
    score: 0.6
    reason: "{attempts} payments of at most {parameters.small} in {parameters.window} on one card"
    tests:
)" + tests;
}

class RuleTests : public ::testing::Test {
 protected:
  std::vector<TestResult> run(const std::string& rules) {
    deployment_.emplace(rules);
    std::vector<TestResult> results;
    run_rule_tests(
        deployment_->assembly(), deployment_->engine(), {},
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

TEST_F(RuleTests, of_the_operations_page_pass) {
  const auto results = run(small_burst(R"(
      - name: the fifth small payment in ten minutes hits
        events: [{ repeat: 5, every: 60s, card: c1, amount: 3.00 }]
        expect: { hits: [5] }
      - name: a payment exactly ten minutes old is outside the window
        events: [{ at: 0s, card: c1, amount: 3.00 }, { repeat: 4, start: 600s, every: 1s, card: c1, amount: 3.00 }]
        expect: { hits: [] }
)"));
  EXPECT_EQ(faults(), "");
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_TRUE(results[0].passed());
  EXPECT_TRUE(results[1].passed());
  EXPECT_EQ(results[0].events, 5u);
}

TEST_F(RuleTests, show_each_answer_that_was_not_expected_with_what_the_rule_could_read) {
  const auto results = run(small_burst(R"(
      - name: the fourth hits
        events: [{ repeat: 5, every: 60s, card: c1, amount: 3.00 }]
        expect: { hits: [4] }
)"));
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_FALSE(results[0].passed());
  ASSERT_THAT(results[0].surprises, SizeIs(2));
  const auto& fourth = results[0].surprises[0];
  EXPECT_EQ(fourth.number, 4u);
  EXPECT_EQ(fourth.expected, "hit");
  EXPECT_EQ(fourth.got, "no_hit");
  const auto& fifth = results[0].surprises[1];
  EXPECT_EQ(fifth.got, "hit");
  EXPECT_EQ(fifth.words, "5 payments of at most 10.00 EUR in 10 minutes on one card");
  const auto amount = std::ranges::find(fifth.values, "amount", &JudgedField::name);
  ASSERT_NE(amount, fifth.values.end());
  EXPECT_EQ(amount->value, "3.00");
}

TEST_F(RuleTests, begin_without_the_history_of_the_one_before) {
  const auto results = run(small_burst(R"(
      - name: five
        events: [{ repeat: 5, every: 1s, card: c1, amount: 3.00 }]
        expect: { hits: [5] }
      - name: and one
        events: [{ card: c1, amount: 3.00 }]
        expect: { hits: [] }
)"));
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_TRUE(results[1].passed());
}

TEST_F(RuleTests, introduce_the_holder_that_an_event_speaks_of) {
  const auto results = run(R"(rules:
  place:
    use: unexpected_location
    version: 1
    tests:
      - name: away from home
        events:
          - { user_id: 3, location: Paris, holder.city: Berlin }
          - { user_id: 3, location: Berlin }
          - { user_id: 4, location: Berlin }
        expect: { hits: [1], inconclusive: [3] }
)");
  EXPECT_EQ(faults(), "");
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_TRUE(results[0].passed());
}

TEST_F(RuleTests, show_the_values_of_a_conditions_parts_where_it_surprises) {
  const auto results = run(small_burst(R"(
      - name: too few
        events: [{ repeat: 2, every: 1s, card: c1, amount: 3.00 }]
        expect: { hits: [2] }
)"));
  ASSERT_THAT(results, SizeIs(1));
  ASSERT_THAT(results[0].surprises, SizeIs(1));
  std::vector<std::string> parts;
  for (const auto& part : results[0].surprises[0].parts) {
    parts.push_back(part.text + " is " + part.value);
  }
  EXPECT_THAT(parts, ElementsAre("attempts > 4 is false", "attempts is 2"));
}

TEST_F(RuleTests, begin_without_the_holders_of_the_one_before) {
  const auto results = run(R"(rules:
  place:
    use: unexpected_location
    version: 1
    tests:
      - name: a holder is known
        events: [{ user_id: 3, location: Berlin, holder.city: Berlin }]
        expect: { hits: [] }
      - name: and here nobody is
        events: [{ user_id: 3, location: Berlin }]
        expect: { hits: [], inconclusive: [1] }
)");
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_TRUE(results[1].passed());
}

TEST_F(RuleTests, with_a_field_that_is_none_are_refused_with_the_nearest_name) {
  const auto results = run(small_burst(R"(
      - name: misspelt
        events: [{ amuont: 3.00 }]
        expect: { hits: [7] }
)"));
  EXPECT_THAT(results, IsEmpty());
  EXPECT_THAT(faults(), HasSubstr("`amuont` is neither a field nor a time of a test's event"));
  EXPECT_EQ(diagnostics_.all()[0].help, "did you mean `amount`?");
  EXPECT_THAT(faults(), HasSubstr("the test has no transaction number `7`"));
}

TEST_F(RuleTests, tell_a_transaction_that_is_none) {
  const auto results = run(small_burst(R"(
      - name: no amount
        events: [{ amount: much }]
        expect: { hits: [] }
)"));
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_FALSE(results[0].passed());
  EXPECT_THAT(results[0].refused, HasSubstr("transaction 1 is none"));
}

}  // namespace
}  // namespace assay::host
