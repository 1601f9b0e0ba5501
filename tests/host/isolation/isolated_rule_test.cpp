// Rules in processes of their own: they judge as in the engine's, what they say comes back, and
// what they do to themselves they do to nobody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/host/isolation/isolated.hpp"
#include "tests/support/state_bytes.hpp"

namespace assay::tests {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kMoody = ISOLATED_PLUGINS "/moody_rule.so";

TEST_F(IsolatedRuleTest, judges_and_explains_across_the_border) {
  ASSERT_TRUE(load(kMoody)) << refusal();
  const auto verdicts = judge({1000, 2000, 3000});
  ASSERT_EQ(verdicts.size(), 3U);
  for (std::uint32_t row = 0; row < 3; ++row) {
    EXPECT_EQ(verdicts[row].answer, ASSAY_HIT) << last_failure();
    EXPECT_EQ(verdicts[row].evidence, 1000 * (row + 1));
    EXPECT_EQ(verdicts_->evidence(0, row)[1], 2000 * (row + 1));
  }
  EXPECT_EQ(rule_->info().plugin, "moody_rule 1.2.3");
  ASSERT_EQ(rule_->info().reasons.size(), 1U);
  EXPECT_EQ(rule_->info().reasons[0].code, "seen");
}

TEST_F(IsolatedRuleTest, judges_batches_of_any_size_one_after_the_other) {
  ASSERT_TRUE(load(kMoody)) << refusal();
  for (const std::size_t rows : {1, 7, 64, 512, 1, 512, 64}) {
    std::vector<std::int64_t> amounts;
    for (std::size_t i = 0; i < rows; ++i) amounts.push_back(static_cast<std::int64_t>(1000 + i));
    const auto verdicts = judge(amounts);
    for (std::size_t i = 0; i < rows; ++i) {
      ASSERT_EQ(verdicts[i].answer, ASSAY_HIT) << last_failure();
      ASSERT_EQ(verdicts[i].evidence, amounts[i]);
      ASSERT_EQ(verdicts_->evidence(0, static_cast<std::uint32_t>(i))[1], 2 * amounts[i]);
    }
  }
}

TEST_F(IsolatedRuleTest, has_its_configuration_and_is_heard) {
  set("greeting", "good evening");
  ASSERT_TRUE(load(kMoody)) << refusal();
  EXPECT_THAT(log(), Contains("good evening"));
  judge({1000, 12, 2000});
  EXPECT_THAT(log(), Contains("a dozen"));
  EXPECT_EQ(counted("rows"), 3U);
  judge({1000});
  EXPECT_EQ(counted("rows"), 4U);
}

TEST_F(IsolatedRuleTest, says_why_it_fails) {
  ASSERT_TRUE(load(kMoody)) << refusal();
  EXPECT_EQ(judge({1000, 11})[0].answer, ASSAY_ERROR);
  EXPECT_EQ(last_failure(), "eleven is too much");
  EXPECT_EQ(judge({1000})[0].answer, ASSAY_HIT) << "a failure is not the end";
  EXPECT_TRUE(is_up());
}

TEST_F(IsolatedRuleTest, is_refused_as_in_process_where_it_cannot_be_bound) {
  core::Layout bare;
  host::FieldCatalogue none(bare, {{"amonut", core::FieldType::decimal}});
  host::Scope scope(none, nullptr, host::Scope::Stage::before_rules, "rule `suspect`");
  load(kMoody);
  ASSERT_TRUE(rule_) << refusal();
  first_.reset();
  const auto rule = host::RulePlugin::load(config_, *loader_, diagnostics_);
  ASSERT_TRUE(rule);
  EXPECT_FALSE(rule->make_instance(0, 1, scope, diagnostics_));
  EXPECT_THAT(refusal(), HasSubstr("wants a field `amount` that the schema lacks"));
  EXPECT_THAT(refusal(), HasSubstr("did you mean `amonut`?"));
}

struct Deed {
  const char* name;
  std::int64_t amount;
  const char* ending;
};

class IsolatedDeedTest : public IsolatedRuleTest, public ::testing::WithParamInterface<Deed> {};

// The batch is lost, the rule comes back, the engine has judged all the while.
TEST_P(IsolatedDeedTest, costs_its_process_and_nothing_else) {
  if (GetParam().amount == 2) limits_.deadline = host::second_ns / 2;
  limits_.memory = 256 << 20;
  ASSERT_TRUE(load(kMoody)) << refusal();
  ASSERT_EQ(judge({1000})[0].answer, ASSAY_HIT);
  const auto verdicts = judge({1000, GetParam().amount, 2000});
  for (const auto& verdict : verdicts) EXPECT_EQ(verdict.answer, ASSAY_ERROR);
  EXPECT_THAT(last_failure(), HasSubstr(GetParam().ending));
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  EXPECT_EQ(judge({1000})[0].answer, ASSAY_HIT) << last_failure();
  const auto report = rule_->processes().front();
  EXPECT_EQ(report.restarts, 1U);
  EXPECT_EQ(report.deadline_misses, GetParam().amount == 2 ? 1U : 0U);
  EXPECT_THAT(report.last_end, HasSubstr(GetParam().ending));
  EXPECT_THAT(log(), Contains(::testing::AllOf(
                         StartsWith("rule `suspect`, version 1.2.3, file `" + std::string(kMoody)),
                         HasSubstr(GetParam().ending))));
}

INSTANTIATE_TEST_SUITE_P(
    Each, IsolatedDeedTest,
    ::testing::Values(
        Deed{"aborts", 1, "ended by SIGABRT in evaluate"},
        Deed{"never_returns", 2, "it gave no answer within 500 ms"},
        Deed{"opens_a_file", 3, "for it called open"},
        Deed{"opens_a_socket", 4, "for it called socket, which no rule may, in evaluate"},
        Deed{"writes_through_its_input", 5, "ended by SIGSEGV in evaluate"},
        Deed{"leaks", 6, "ended by SIGSEGV in evaluate"},
        Deed{"exits", 7, "called exit(0), which no plugin may, in evaluate"},
        Deed{"forks", 8, "which no rule may, in evaluate"},
        Deed{"overflows_its_stack", 9, "ended by SIGSEGV in evaluate"},
        Deed{"runs_a_program", 10, "for it called execve, which no rule may, in evaluate"}),
    [](const auto& deed) { return deed.param.name; });

TEST_F(IsolatedRuleTest, stays_down_when_its_restarts_are_used_up) {
  limits_.restarts = 2;
  ASSERT_TRUE(load(kMoody)) << refusal();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(eventually([&] { return is_up(); }));
    EXPECT_EQ(judge({1})[0].answer, ASSAY_ERROR);
  }
  ASSERT_TRUE(eventually([&] { return rule_->processes().front().given_up; }));
  EXPECT_EQ(judge({1000})[0].answer, ASSAY_ERROR);
  EXPECT_THAT(last_failure(), HasSubstr("its process ended by SIGABRT in evaluate"));
  EXPECT_EQ(rule_->processes().front().restarts, 2U);
  EXPECT_THAT(log(), Contains(HasSubstr("it is not started again, for its restarts (2 in 600 s) "
                                        "are used up: its verdicts are errors")));
}

TEST_F(IsolatedRuleTest, writes_no_file_even_before_it_is_closed) {
  const auto file = ::testing::TempDir() + "isolated_rule_writes";
  std::filesystem::remove(file);
  set("file", file);
  EXPECT_FALSE(load(kMoody));
  EXPECT_THAT(refusal(), HasSubstr("the file cannot be written"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(IsolatedRuleTest, remembers_by_partition_across_a_snapshot) {
  ASSERT_TRUE(load(ODD_PLUGINS "/counting_rule.so")) << refusal();
  ASSERT_TRUE(rule_->stateful());
  const auto rules_of = [&](std::int32_t partition) {
    auto instance = rule_->make_for_partition(0, 1, core::PartitionId{partition});
    EXPECT_TRUE(instance) << instance.error();
    std::vector<core::PartitionRules::Instance> all{*instance};
    return std::make_unique<core::PartitionRules>(std::move(all));
  };
  core::RowBlock block(layout_, {8, 64, 1024, true});
  auto* header = block.add_gathered_header(first_->columns.data(), 1);
  core::RuleSet set({{first_->api, nullptr, header, nullptr}}, {rule_->info()});
  core::VerdictTable verdicts(1, 8);
  auto zero = rules_of(0);
  auto one = rules_of(1);
  for (int i = 0; i < 3; ++i) (void)block.add_row();
  const std::vector<std::uint32_t> even{0, 2};
  const std::vector<std::uint32_t> odd{1};
  std::vector<core::RuleSet::Part> parts{{zero.get(), even}, {one.get(), odd}};
  set.evaluate(block, verdicts, parts);
  EXPECT_EQ(verdicts.at(0, 1).evidence, 1) << set.health(0).last_message;
  EXPECT_EQ(verdicts.at(0, 2).evidence, 2);

  StateBytes snapshot;
  ASSERT_TRUE(zero->save(snapshot));
  zero = rules_of(0);
  ASSERT_TRUE(zero->load(snapshot));
  parts = {{zero.get(), even}};
  set.evaluate(block, verdicts, parts);
  EXPECT_EQ(verdicts.at(0, 0).evidence, 3);
}

}  // namespace
}  // namespace assay::tests
