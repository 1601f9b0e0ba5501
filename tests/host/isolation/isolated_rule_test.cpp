// Rules in processes of their own: they judge as in the engine's, what they say comes back, and
// what they do to themselves they do to nobody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

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

TEST_F(IsolatedRuleTest, does_its_housekeeping_while_nobody_waits) {
  ASSERT_TRUE(load(kMoody)) << refusal();
  ASSERT_EQ(judge({1000})[0].answer, ASSAY_HIT);
  for (int i = 0; i < 10; ++i) {
    set_->tick(1'000'000 + i);
    ASSERT_EQ(judge({1000})[0].answer, ASSAY_HIT) << last_failure();
  }
  EXPECT_EQ(counted("ticks"), 10U);
  set_->tick(1);
  EXPECT_EQ(judge({1000})[0].answer, ASSAY_ERROR) << "it aborts in its housekeeping";
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  EXPECT_THAT(rule_->processes().front().last_end, HasSubstr("ended by SIGABRT in tick"));
  EXPECT_EQ(judge({1000})[0].answer, ASSAY_HIT) << last_failure();
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
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  if (GetParam().amount == 6) {
    GTEST_SKIP() << "a sanitizer's own memory is beyond any limit, so there is none";
  }
#endif
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

// A rule that counts what it has seen, by partition.
class IsolatedStateTest : public IsolatedRuleTest {
 protected:
  IsolatedStateTest() {
    if (!load(ODD_PLUGINS "/counting_rule.so")) throw std::runtime_error(refusal());
    gathered_ = stateful_block_.add_gathered_header(first_->columns.data(), 1);
    counting_.emplace(
        std::vector<core::RuleSet::Member>{{first_->api, nullptr, gathered_, nullptr}},
        std::vector<core::RuleInfo>{rule_->info()});
    for (int i = 0; i < 3; ++i) (void)stateful_block_.add_row();
  }

  std::unique_ptr<core::PartitionRules> rules_of(std::int32_t partition, std::uint32_t worker = 0) {
    auto instance = rule_->make_for_partition(worker, 2, core::PartitionId{partition});
    EXPECT_TRUE(instance) << instance.error();
    std::vector<core::PartitionRules::Instance> all{*instance};
    return std::make_unique<core::PartitionRules>(std::move(all));
  }
  // Of these partitions, two rows of the first and one of the second: what each row counts.
  std::vector<std::int64_t> count(core::PartitionRules* first, core::PartitionRules* second) {
    std::vector<core::RuleSet::Part> parts{{first, even_}};
    if (second) parts.push_back({second, odd_});
    counting_->evaluate(stateful_block_, counted_, parts);
    std::vector<std::int64_t> all;
    for (std::uint32_t row = 0; row < 3; ++row) {
      const auto& verdict = counted_.at(0, row);
      all.push_back(verdict.answer == ASSAY_HIT ? verdict.evidence : -verdict.answer);
    }
    return all;
  }
  void kill_process() {
    ASSERT_EQ(::kill(static_cast<pid_t>(rule_->processes().front().pid), SIGKILL), 0);
    ASSERT_TRUE(eventually([&] { return rule_->processes().front().restarts == 1 && is_up(); }));
  }

  core::RowBlock stateful_block_{layout_, {8, 64, 1024, true}};
  assay_batch* gathered_ = nullptr;
  std::optional<core::RuleSet> counting_;
  core::VerdictTable counted_{1, 8};
  const std::vector<std::uint32_t> even_{0, 2};
  const std::vector<std::uint32_t> odd_{1};
};

using Counts = std::vector<std::int64_t>;

TEST_F(IsolatedStateTest, is_remembered_by_partition_and_across_a_snapshot) {
  ASSERT_TRUE(rule_->stateful());
  auto zero = rules_of(0);
  auto one = rules_of(1);
  EXPECT_EQ(count(zero.get(), one.get()), (Counts{1, 1, 2})) << counting_->health(0).last_message;
  StateBytes snapshot;
  ASSERT_TRUE(zero->save(snapshot));
  zero = rules_of(0);
  ASSERT_TRUE(zero->load(snapshot));
  EXPECT_EQ(count(zero.get(), one.get()), (Counts{3, 2, 4}));
}

TEST_F(IsolatedStateTest, is_of_a_process_for_each_worker) {
  auto zero = rules_of(0, 0);
  auto one = rules_of(1, 1);
  EXPECT_EQ(rule_->processes().size(), 2U);
  EXPECT_EQ(count(zero.get(), nullptr)[2], 2);
  EXPECT_EQ(count(one.get(), nullptr)[2], 2);
}

TEST_F(IsolatedStateTest, begins_anew_with_its_process_and_is_left_out_of_snapshots_meanwhile) {
  auto zero = rules_of(0);
  auto one = rules_of(1);
  EXPECT_EQ(count(zero.get(), one.get()), (Counts{1, 1, 2}));
  kill_process();
  EXPECT_EQ(count(zero.get(), one.get()), (Counts{1, 1, 2})) << "two instances, both made again";
  EXPECT_THAT(log(), Contains(HasSubstr("what it remembered of its partitions is lost")));
}

TEST_F(IsolatedStateTest, that_is_not_there_keeps_no_snapshot_from_being_taken) {
  limits_.restarts = 0;
  ASSERT_TRUE(load(ODD_PLUGINS "/counting_rule.so")) << refusal();
  auto zero = rules_of(0);
  ASSERT_EQ(::kill(static_cast<pid_t>(rule_->processes().front().pid), SIGKILL), 0);
  ASSERT_TRUE(eventually([&] { return rule_->processes().front().given_up; }));
  StateBytes snapshot;
  const auto saved = zero->save(snapshot);
  ASSERT_TRUE(saved) << saved.error();
  EXPECT_EQ(snapshot.bytes.size(), sizeof(std::uint32_t)) << "of no rule";
}

// What the kernel says of the process.
TEST_F(IsolatedRuleTest, has_nothing_of_the_engines_and_no_way_to_get_it) {
  ::setenv("ASSAY_TEST_SECRET", "hunter2", 1);
  ASSERT_TRUE(load(kMoody)) << refusal();
  const auto place = "/proc/" + std::to_string(rule_->processes().front().pid);
  const auto content = [&](const char* name) {
    std::ifstream file(place + "/" + name);
    return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  };
  EXPECT_EQ(content("environ"), "");
  const auto status = content("status");
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1\n"));
  EXPECT_THAT(status, HasSubstr("Seccomp:\t2\n"));
  EXPECT_THAT(status, HasSubstr("Threads:\t1\n"));
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(place + "/fd")) {
    files.push_back(std::filesystem::read_symlink(file).string());
  }
  EXPECT_EQ(files, std::vector<std::string>(3, "/dev/null"));
  EXPECT_THAT(content("cmdline"), HasSubstr("rule `suspect`, worker 0"));
}

TEST_F(IsolatedRuleTest, ends_with_the_engine) {
  int report[2];
  ASSERT_EQ(::pipe(report), 0);
  const auto engine = ::fork();
  if (engine == 0) {
    std::int64_t pid = load(kMoody) ? rule_->processes().front().pid : 0;
    if (::write(report[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  std::int64_t pid = 0;
  ASSERT_EQ(::read(report[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ASSERT_GT(pid, 0);
  ::waitpid(engine, nullptr, 0);
  // Gone, or dead and not yet collected by whoever is its parent now.
  EXPECT_TRUE(eventually([&] {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    return !std::getline(file, line) || line.find(") Z ") != line.npos;
  }));
  ::close(report[0]);
  ::close(report[1]);
}

}  // namespace
}  // namespace assay::tests
