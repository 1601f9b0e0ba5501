// What the engine makes of configured breakers and of the cap, and which breaker it refuses.
#include "host/application/alarms.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "host/diagnostics/render.hpp"
#include "tests/support/rule_fakes.hpp"

namespace assay::host {
namespace {

RuleConfig with_breaker(bool demote) {
  RuleConfig config;
  config.id = "wild";
  config.breaker =
      BreakerConfig{.share = 50'000, .count = 200, .window = second_ns, .demote = demote};
  return config;
}

// A rule whose only band has a hard action.
core::RuleInfo rule_of(const RuleConfig& config, core::Action action) {
  auto rule = tests::rule(config.id, {tests::reason("seen"), tests::reason("high", action)});
  rule.band_reasons = 1;
  rule.breaker = breaker_of(config);
  return rule;
}

TEST(Alarms, a_breaker_is_what_the_rule_says) {
  const auto breaker = breaker_of(with_breaker(true));
  ASSERT_TRUE(breaker);
  EXPECT_EQ(breaker->limits.share, 50'000);
  EXPECT_EQ(breaker->limits.count, 200u);
  EXPECT_EQ(breaker->limits.window, second_ns);
  EXPECT_TRUE(breaker->demote);
  EXPECT_FALSE(breaker_of(RuleConfig()));
}

TEST(Alarms, a_cap_of_a_thousand_alarms_at_the_next_one) {
  DecisionConfig decision;
  EXPECT_FALSE(cap_of(decision));
  decision.cap = {.declines = 1000, .window = second_ns};
  EXPECT_EQ(cap_of(decision)->count, 1001u);
  EXPECT_EQ(cap_of(decision)->share, 0);
}

TEST(Alarms, a_breaker_may_not_switch_a_hard_action_off) {
  const std::vector configs{with_breaker(true)};
  Diagnostics diagnostics;
  EXPECT_FALSE(check_demotion(configs, {rule_of(configs[0], core::Action::block)}, diagnostics));
  EXPECT_EQ(render(diagnostics, DiagnosticFormat::brief),
            "error[AS1115] the breaker of rule `wild` may not demote it: it has a hard action "
            "(remove `demote`: the breaker alarms without it, too)\n");
  EXPECT_EQ(diagnostics.all()[0].note,
            "`decision.actions` has `block` for `high`; whoever floods the rule would switch that "
            "off");
}

TEST(Alarms, a_breaker_that_only_tells_and_a_rule_without_actions_are_sound) {
  Diagnostics diagnostics;
  const std::vector telling{with_breaker(false)};
  EXPECT_TRUE(check_demotion(telling, {rule_of(telling[0], core::Action::block)}, diagnostics));
  const std::vector demoting{with_breaker(true)};
  EXPECT_TRUE(check_demotion(demoting, {rule_of(demoting[0], core::Action::none)}, diagnostics));
  EXPECT_FALSE(diagnostics.has_errors());
}

}  // namespace
}  // namespace assay::host
