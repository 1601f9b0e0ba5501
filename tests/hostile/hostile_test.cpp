// Plugins that do in the process what no plugin may: what the host survives it survives, and
// whatever ends it is laid at the right door.
#include "tests/hostile/hostile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace assay::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kBug = 70;

TEST_F(Hostile, a_rule_that_does_nothing_of_the_kind_is_judged) {
  const auto ran = judge_deed("nothing");
  EXPECT_EQ(ran.code, 0) << ran.output;
}

struct Deed {
  const char* name;
  const char* signal;
};

class FatalDeed : public Hostile, public ::testing::WithParamInterface<Deed> {};

TEST_P(FatalDeed, is_laid_at_its_door) {
  for (const auto* place : {"evaluate", "bind", "create"}) {
    const auto ran = judge_deed(GetParam().name, place);
    EXPECT_NE(ran.code, 0) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr(std::string("assay: ended by ") + GetParam().signal +
                                      " in rule `suspect`, plugin hostile_rule 6.6.6; "))
        << place;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, FatalDeed,
                         ::testing::Values(Deed{"reads_null", "SIGSEGV"}, Deed{"aborts", "SIGABRT"},
                                           Deed{"divides_by_zero", "SIGFPE"},
                                           Deed{"overflows_its_stack", "SIGSEGV"}),
                         [](const auto& deed) { return deed.param.name; });

// Its thread is lost, and with it whoever waits for it.
TEST_F(Hostile, a_rule_that_never_returns_keeps_nobody_from_ending_the_engine) {
  configure("hostile_rule", "{ deed: never_returns, place: bind }");
  const auto ran = run("cd " + folder().string() + R"(
    )" ASSAY R"( run -c assay.yaml 2>&1 & engine=$!
    until grep -q '^SigBlk:.*[4567cdef]...$' /proc/$engine/status; do sleep 0.05; done
    for signal in first second; do kill -TERM $engine; sleep 1; done
    wait $engine)");
  EXPECT_EQ(ran.code, 1) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("no end within 10 s, for it is in rule `suspect`, plugin "
                                    "hostile_rule 6.6.6; left at once"));
}

TEST_F(Hostile, a_rule_that_exits_does_not_pass_for_a_proper_end) {
  const auto ran = judge_deed("exits");
  EXPECT_EQ(ran.code, kBug);
  EXPECT_THAT(ran.output, HasSubstr("assay: exit() was called in rule `suspect`, plugin "
                                    "hostile_rule 6.6.6, which no plugin may"));
}

TEST_F(Hostile, an_exception_out_of_a_table_is_an_error_of_that_rule) {
  const auto ran = judge("throwing_rule");
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("suspect"));
  EXPECT_THAT(ran.output, HasSubstr("error"));
  EXPECT_THAT(ran.output, Not(HasSubstr("nobody catches this")));
}

}  // namespace
}  // namespace assay::test
