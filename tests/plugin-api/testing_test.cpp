#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <assay/testing.hpp>

#include "tests/plugin-api/probe_rule.hpp"

ASSAY_RULE(probe::ProbeRule, "probe", "1.0.0")

namespace {

using assay::Money;
using assay::testing::list;
using assay::testing::Refused;
using assay::testing::RuleUnderTest;
using assay::testing::Setting;
using assay::testing::Settings;
using assay::testing::Transaction;
using assay::testing::Value;

constexpr const char* attempts = "count() by card over 10m";

Transaction burst() { return {{attempts, 6}, {"amount", Money::of(12)}, {"location", "Paris"}}; }

Refused refusal_of(const Setting& parameters) {
  try {
    RuleUnderTest rule(parameters);
  } catch (const Refused& refused) {
    return refused;
  }
  ADD_FAILURE() << "the rule was accepted";
  return Refused("accepted");
}

TEST(RuleUnderTest, words_are_filled_from_evidence_constants_and_fields) {
  RuleUnderTest rule{{{"window", "1h30m"}}};
  const auto verdict = rule.evaluate(burst());
  EXPECT_EQ(verdict.words, "6 in 1 hour 30 minutes, 12.00 EUR in Paris");
  EXPECT_EQ(verdict.customer_words, "something happened in Paris");
  EXPECT_EQ(verdict.evidence("attempts"), 6);
  EXPECT_EQ(verdict.evidence("amount"), Money::of(12));
  EXPECT_EQ(verdict.evidence("ratio"), 0.5);
  EXPECT_TRUE(verdict.evidence("nothing").absent());
}

TEST(RuleUnderTest, a_batch_answers_row_by_row_and_absent_cells_stay_absent) {
  RuleUnderTest rule;
  auto calm = burst();
  calm[attempts] = 5;
  auto unknown = burst();
  unknown.erase(attempts);
  auto young = burst();
  young[attempts] = cold(Value(7));
  const auto verdicts = rule.evaluate_batch({burst(), calm, unknown, young});
  EXPECT_TRUE(verdicts[0].hit());
  EXPECT_TRUE(verdicts[1].no_hit());
  EXPECT_TRUE(verdicts[2].inconclusive());
  EXPECT_TRUE(verdicts[3].hit());
  EXPECT_TRUE(rule.evaluate_batch({}).empty());
}

TEST(RuleUnderTest, a_pointer_kept_into_the_block_is_caught) {
  RuleUnderTest rule{{{"fault", "keeps a pointer"}}};
  auto unmoved = burst();
  // The first block is overwritten before the second call, so the kept text no longer agrees.
  EXPECT_THROW(rule.evaluate(unmoved), std::logic_error);
}

TEST(RuleUnderTest, what_breaks_the_contract_is_thrown) {
  for (const auto* fault : {"unknown reason", "wild score", "wild answer"}) {
    RuleUnderTest rule{{{"fault", fault}}};
    EXPECT_THROW(rule.evaluate(burst()), std::logic_error) << fault;
  }
}

TEST(RuleUnderTest, an_exception_in_evaluate_is_an_error_for_every_row) {
  RuleUnderTest rule{{{"fault", "throws in evaluate"}}};
  const auto verdicts = rule.evaluate_batch({burst(), burst()});
  for (const auto& verdict : verdicts) {
    EXPECT_TRUE(verdict.error());
    EXPECT_EQ(verdict.words, "lost my way");
  }
}

TEST(RuleUnderTest, refusals_in_bind_carry_message_and_help) {
  EXPECT_EQ(refusal_of({{"fault", "throws in bind"}}).message(), "no luck today");
  EXPECT_EQ(refusal_of({{"fault", "wrong type"}}).message(),
            "field `location` is text, the rule reads it as int64");
  EXPECT_EQ(refusal_of({{"fault", "text as evidence"}}).message(),
            "reason `odd` has evidence that is no number");
  const auto unknown = refusal_of({{"fault", "unknown mark"}});
  EXPECT_THAT(unknown.message(), ::testing::HasSubstr("names {locatoin}"));
  EXPECT_EQ(unknown.help(), "did you mean `location`?");
}

TEST(RuleUnderTest, a_parameter_of_the_wrong_type_or_that_nobody_reads_is_refused) {
  EXPECT_EQ(refusal_of({{"window", "ten minutes"}}).message(),
            "parameter `window`: expected a duration such as 10m, found `ten minutes`");
  EXPECT_EQ(refusal_of({{"ratio", "half"}}).message(),
            "parameter `ratio`: expected a number, found `half`");
  EXPECT_EQ(refusal_of({{"loud", "yes"}}).message(),
            "parameter `loud`: expected true or false, found `yes`");
  EXPECT_EQ(refusal_of({{"windwo", "10m"}}).message(),
            "parameter `windwo` is never looked up by the rule");
}

TEST(RuleUnderTest, a_test_that_misspells_or_mistypes_a_field_is_told) {
  RuleUnderTest rule;
  EXPECT_THROW(rule.evaluate({{"ammount", Money::of(1)}}), std::invalid_argument);
  EXPECT_THROW(rule.evaluate({{"amount", 5}}), std::invalid_argument);
}

TEST(RuleUnderTest, it_shows_what_the_rule_declared) {
  RuleUnderTest rule;
  EXPECT_STREQ(rule.id(), "probe");
  ASSERT_EQ(rule.reasons().size(), 1u);
  EXPECT_EQ(rule.reasons()[0].code, "too_many");
  EXPECT_TRUE(rule.reasons()[0].for_customer);
  EXPECT_EQ(rule.columns()[0].name, "amount");
  EXPECT_STREQ(rule.schema_of_parameters(), R"({"type": "object", "additionalProperties": false})");
}

TEST(Settings, amounts_are_exact_and_anything_else_is_refused) {
  using assay::testing::detail::parse_money;
  EXPECT_EQ(parse_money("1000.00 EUR"), Money::of(1000));
  EXPECT_EQ(parse_money("-0.0001"), Money{-1});
  EXPECT_EQ(parse_money("12.3"), Money{123'000});
  for (const auto* wrong : {"", ".", "1.", "1.00001", "1e3", "1 EURO", "EUR 1", "--1", "1,5"}) {
    EXPECT_EQ(parse_money(wrong), std::nullopt) << wrong;
  }
}

TEST(Settings, maps_and_lists_are_counted_and_found_by_path) {
  const Settings settings({{"limits", {{"EUR", "1"}, {"USD", "2"}}}, {"types", list({"a", "b"})}});
  const auto& api = Settings::api();
  const auto text = [](std::string_view key) { return assay::detail::to_c(key); };
  EXPECT_EQ(api.count(settings.handle(), text("limits")), 2u);
  EXPECT_EQ(assay::detail::from_c(api.key_at(settings.handle(), text("limits"), 1)), "USD");
  EXPECT_EQ(api.decimal(settings.handle(), text("limits.USD"), 0), 20'000);
  EXPECT_EQ(assay::detail::from_c(api.text(settings.handle(), text("types.1"), {})), "b");
  EXPECT_EQ(api.has(settings.handle(), text("types.2")), 0u);
  EXPECT_EQ(api.count(settings.handle(), text("nothing")), 0u);
}

TEST(Host, offers_a_rule_no_clock) {
  const assay::testing::Host host;
  EXPECT_EQ(host.handle()->get_interface(host.handle(), ASSAY_CLOCK_ID), nullptr);
  EXPECT_NE(host.handle()->get_interface(host.handle(), ASSAY_LOG_ID), nullptr);
}

TEST(Host, counters_of_one_name_are_one_counter) {
  assay::testing::Host host;
  const auto* metrics = static_cast<const assay_metrics*>(
      host.handle()->get_interface(host.handle(), ASSAY_METRICS_ID));
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  ASSERT_EQ(metrics->counter(host.handle(), assay::detail::to_c("seen"), {}, &first), ASSAY_OK);
  ASSERT_EQ(metrics->counter(host.handle(), assay::detail::to_c("seen"), {}, &second), ASSAY_OK);
  EXPECT_EQ(first, second);
  metrics->add(host.handle(), first, 3);
  metrics->add(host.handle(), second, 4);
  EXPECT_EQ(host.effects.counters["seen"], 7u);
}

}  // namespace
