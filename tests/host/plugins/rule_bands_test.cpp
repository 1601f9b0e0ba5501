// What bands of a rule's file become once the rule has declared its reasons, and what is said where
// they do not fit.
#include "host/plugins/rule_bands.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "host/config/sections.hpp"
#include "tests/host/config/support.hpp"
#include "tests/support/rule_fakes.hpp"

namespace assay::host {
namespace {

using core::FieldType;
using testing::brief;
using testing::tree;

class RuleBands : public ::testing::Test {
 protected:
  // A rule with the reason `seen`, whose first evidence has that type, and one without evidence.
  RuleBands() { measured_by(FieldType::int64); }
  void measured_by(FieldType type) {
    auto seen = tests::reason("seen", core::Action::none);
    seen.evidence = {{"attempts", "", type}, {"limit", "", type}};
    seen.words = tests::words_of("{attempts}", seen.evidence);
    rule = tests::rule("burst", {std::move(seen), tests::reason("plain")});
  }
  bool apply(const std::string& bands) {
    config.id = "burst";
    const Node node = tree(bands);
    config.bands = read_bands(&node, "rules.burst.bands", diagnostics);
    return apply_bands(config, scope, rule, diagnostics);
  }
  std::string refusal(const std::string& bands) {
    EXPECT_FALSE(apply(bands));
    return brief(diagnostics);
  }
  const core::Band* band_of(std::int64_t evidence) { return rule.reasons[0].bands.of(evidence); }
  std::string code_of(std::int64_t evidence) {
    const auto* band = band_of(evidence);
    return band ? rule.reasons[band->reason].code : "none";
  }
  std::string words_of(std::int64_t evidence) {
    const auto& reason = rule.reasons[band_of(evidence)->reason];
    std::string words;
    core::RowBlock block(layout, {1, 64, 64});
    block.add_row();
    reason.words.append_to(words, reason.evidence, {evidence, 4, 0, 0}, block, 0);
    return words;
  }

  core::Layout layout;
  FieldCatalogue catalogue{layout, {{"merchant", FieldType::text}}};
  Scope scope{catalogue, nullptr, Scope::Stage::before_rules, "rule `burst`"};
  RuleConfig config;
  core::RuleInfo rule;
  Diagnostics diagnostics;
};

TEST_F(RuleBands, each_band_brings_its_score_and_its_code) {
  ASSERT_TRUE(
      apply("seen: [{ above: 5, score: 0.3, code: raised }, "
            "{ above: 10, score: 0.6, code: high }]"))
      << brief(diagnostics);
  EXPECT_EQ(code_of(5), "none");
  EXPECT_EQ(code_of(6), "raised");
  EXPECT_EQ(code_of(10), "raised");
  EXPECT_EQ(code_of(11), "high");
  EXPECT_EQ(band_of(11)->score, 600'000);
  EXPECT_EQ(rule.band_reasons, 2u);
  EXPECT_EQ(words_of(11), "11") << "without words of its own a band has those of the reason";
}

TEST_F(RuleBands, a_band_without_a_code_keeps_the_reason_itself) {
  ASSERT_TRUE(apply("seen: [{ score: 0.1 }, { above: 10, score: 0.6 }]")) << brief(diagnostics);
  EXPECT_EQ(band_of(-1)->reason, 0u);
  EXPECT_EQ(band_of(11)->reason, 0u);
  EXPECT_EQ(rule.band_reasons, 0u);
}

TEST_F(RuleBands, a_band_may_have_words_of_its_own) {
  ASSERT_TRUE(apply("seen: [{ above: 5, score: 0.3, reason: 'only {attempts} of {limit}' }]"))
      << brief(diagnostics);
  EXPECT_EQ(code_of(6), "seen");
  EXPECT_EQ(words_of(6), "only 6 of 4");
}

TEST_F(RuleBands, limits_are_read_as_the_evidence_is_measured) {
  measured_by(FieldType::decimal);
  ASSERT_TRUE(apply("seen: [{ above: 10.50, score: 0.3, code: raised }]"));
  EXPECT_EQ(code_of(105'000), "none");
  EXPECT_EQ(code_of(105'001), "raised");
  measured_by(FieldType::duration);
  ASSERT_TRUE(apply("seen: [{ above: 5m, score: 0.3, code: raised }]"));
  EXPECT_EQ(code_of(300'000'000'000), "none");
  EXPECT_EQ(code_of(300'000'000'001), "raised");
  measured_by(FieldType::float64);
  ASSERT_TRUE(apply("seen: [{ above: -0.5, score: 0.3, code: raised }]"));
  EXPECT_EQ(code_of(std::bit_cast<std::int64_t>(-0.5)), "none");
  EXPECT_EQ(code_of(std::bit_cast<std::int64_t>(-0.25)), "raised");
}

TEST_F(RuleBands, a_limit_of_another_kind_than_the_evidence_is_refused_with_what_is_meant) {
  EXPECT_EQ(refusal("seen: [{ above: 5m, score: 0.3 }]"),
            "test.yaml:1:17: error[AS2013] rule `burst` has a band that begins at `5m`: expected a "
            "whole number\n");
  EXPECT_EQ(diagnostics.all()[0].note, "it is compared with `attempts`, a whole number");
}

TEST_F(RuleBands, limits_that_do_not_rise_are_refused_at_the_one_that_falls_back) {
  EXPECT_EQ(refusal("seen: [{ above: 10, score: 0.6 }, { above: 5, score: 0.3 }]"),
            "test.yaml:1:44: error[AS2013] rule `burst` has a band that does not begin above the "
            "one before it (put the bands in rising order of `above`, each limit once)\n");
}

TEST_F(RuleBands, two_bands_that_begin_at_the_same_limit_are_refused) {
  EXPECT_NE(refusal("seen: [{ above: 5, score: 0.6 }, { above: 5, score: 0.3 }]")
                .find("does not begin above"),
            std::string::npos);
}

TEST_F(RuleBands, bands_of_a_reason_that_there_is_not_are_refused_with_the_nearest) {
  EXPECT_EQ(refusal("sene: [{ above: 5, score: 0.6 }]"),
            "test.yaml:1:1: error[AS2007] rule `burst` has bands for `sene`, a reason that it "
            "does not have (did you mean `seen`?)\n");
}

TEST_F(RuleBands, a_reason_without_a_value_to_go_by_cannot_have_bands) {
  EXPECT_NE(
      refusal("plain: [{ above: 5, score: 0.6 }]").find("bands for `plain`, which cannot have any"),
      std::string::npos);
  EXPECT_EQ(diagnostics.all()[0].note, "a hit with this reason carries no value to go by");
}

TEST_F(RuleBands, a_time_is_no_measure_for_bands) {
  measured_by(FieldType::time);
  EXPECT_NE(
      refusal("seen: [{ above: 5, score: 0.6 }]").find("bands for `seen`, which cannot have any"),
      std::string::npos);
  EXPECT_EQ(diagnostics.all()[0].note, "its first evidence, `attempts`, is a time");
}

TEST_F(RuleBands, words_that_name_nothing_known_are_refused) {
  EXPECT_NE(refusal("seen: [{ above: 5, score: 0.6, reason: '{attemps}' }]").find("`attempts`"),
            std::string::npos);
}

TEST_F(RuleBands, reasons_that_share_a_code_all_get_the_bands) {
  rule.reasons.push_back(rule.reasons[0]);
  ASSERT_TRUE(apply("seen: [{ above: 5, score: 0.3, code: raised }]")) << brief(diagnostics);
  EXPECT_EQ(rule.reasons[2].bands.of(6)->reason, 4u);
  EXPECT_EQ(rule.reasons[4].code, "raised");
}

}  // namespace
}  // namespace assay::host
