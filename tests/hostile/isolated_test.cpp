// The same plugins in a process of their own: what they do costs that process, the rows get error
// verdicts, and the engine says whose it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/hostile/hostile.hpp"

namespace assay::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kConfiguration = 78;
constexpr const char* kIsolated = ", isolation: process";
constexpr const char* kImpatient = ", isolation: process, process: { deadline: 500ms, start: 2s }";

struct Deed {
  const char* name;
  const char* ending;
  // Whoever does come to an end may take its time on a machine with other work.
  [[nodiscard]] const char* isolation() const {
    return std::string_view(name) == "never_returns" ? kImpatient : kIsolated;
  }
};

class IsolatedDeed : public Hostile, public ::testing::WithParamInterface<Deed> {};

TEST_P(IsolatedDeed, in_evaluate_is_an_error_verdict) {
  const auto ran = judge_deed(GetParam().name, "evaluate", GetParam().isolation());
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("approved")) << "the policy on errors is open";
  EXPECT_THAT(ran.output, HasSubstr("rule `suspect`, version 6.6.6, file `" HOSTILE_PLUGINS
                                    "/hostile_rule.so`, the process of worker 0: "));
  EXPECT_THAT(ran.output, HasSubstr(GetParam().ending));
  EXPECT_THAT(ran.output, HasSubstr("in evaluate"));
  EXPECT_THAT(ran.output, Not(HasSubstr("assay: ended by")));
}

TEST_P(IsolatedDeed, before_it_judges_is_a_refusal) {
  for (const std::string place : {"create", "bind"}) {
    const auto ran = judge_deed(GetParam().name, place, GetParam().isolation());
    EXPECT_EQ(ran.code, kConfiguration) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("rule `suspect`: its process ")) << place;
    EXPECT_THAT(ran.output, HasSubstr("help: the fault is in the rule's own code")) << place;
    EXPECT_THAT(ran.output, Not(HasSubstr("assay: ended by")));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, IsolatedDeed,
    ::testing::Values(Deed{"reads_null", "ended by SIGSEGV"}, Deed{"aborts", "ended by SIGABRT"},
                      Deed{"divides_by_zero", "ended by SIGFPE"},
                      Deed{"overflows_its_stack", "ended by SIGSEGV"},
                      Deed{"exits", "called exit(0), which no plugin may,"},
                      Deed{"never_returns", "it gave no answer within 500 ms"}),
    [](const auto& deed) { return deed.param.name; });

TEST_F(Hostile, an_exception_out_of_an_isolated_table_is_an_error_of_that_rule) {
  const auto ran = judge("throwing_rule", "{}", kIsolated);
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_THAT(ran.output, Not(HasSubstr("ended by")));
  EXPECT_THAT(ran.output, Not(HasSubstr("nobody catches this")));
}

struct Constructor {
  const char* name;
  const char* refusal;
};

class HostileConstructor : public Hostile, public ::testing::WithParamInterface<Constructor> {};

TEST_P(HostileConstructor, ends_a_process_that_is_not_the_engines) {
  const auto ran = judge(GetParam().name, "{}", kImpatient);
  EXPECT_EQ(ran.code, kConfiguration) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr(std::string("/") + GetParam().name +
                                    ".so` cannot be loaded: " + GetParam().refusal));
}

INSTANTIATE_TEST_SUITE_P(
    Each, HostileConstructor,
    ::testing::Values(Constructor{"constructor_crashes",
                                  "its process ended by SIGSEGV in its load"},
                      Constructor{"constructor_never_returns",
                                  "its process was ended in its load: it gave no answer "
                                  "within 2 s"}),
    [](const auto& one) { return one.param.name; });

TEST_F(Hostile, a_constructor_writes_no_file_from_a_process_of_its_own) {
  const auto ran = judge("constructor_writes", "{}", kIsolated);
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_FALSE(std::filesystem::exists(folder() / "constructor_was_here"));
  // In the engine's process nothing is promised.
  EXPECT_EQ(judge("constructor_writes").code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder() / "constructor_was_here"));
}

}  // namespace
}  // namespace assay::test
