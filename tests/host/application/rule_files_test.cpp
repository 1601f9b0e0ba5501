// What a rule's file says, as the engine judges by it: conditions, features under a name,
// parameters, the history that a hit needs. And what is said of a file that is at fault.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/config/reader.hpp"
#include "host/diagnostics/render.hpp"
#include "host/offline/offline_engine.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

class RuleFiles : public ::testing::Test {
 protected:
  RuleFiles() {
    folder_.write("card.key", "2b7e151628aed2a6abf7158809cf4f3c\n");
    config_text_ =
        "default_currency: EUR\ncard: { key_file: card.key }\nrules: [rules/*.yaml]\n"
        "plugins: { path: [\"" ASSAY_RULES_FOLDER "\", \"" ASSAY_SINKS_FOLDER
        "\"] }\nsinks: { mail: { use: mail_folder, config: { folder: m, from: a@bank.example } } "
        "}\n";
    chains_ = "chains: { main: { alert: { sink: mail, required: true } } }\n";
  }

  void rule(const std::string& text) {
    folder_.write("rules/rule_" + std::to_string(++rules_) + ".yaml", text);
  }

  // Null where the configuration is refused; faults() says why.
  std::unique_ptr<OfflineEngine> engine() {
    diagnostics_ = {};
    const std::vector<std::string> paths{folder_.write("assay.yaml", config_text_ + chains_)};
    auto config = read_config(paths, diagnostics_);
    if (!config) return nullptr;
    config_ = std::make_unique<Config>(std::move(*config));
    assembly_ = Assembly::build(*config_, Assembly::CardKey::required, diagnostics_);
    return assembly_ ? OfflineEngine::make(*assembly_, diagnostics_) : nullptr;
  }
  // One line a fault, without the folder.
  std::string faults() {
    EXPECT_EQ(engine(), nullptr);
    auto text = render(diagnostics_, DiagnosticFormat::brief);
    const auto prefix = folder_.path() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
      text.erase(at, prefix.size());
    }
    return text;
  }

  // A payment by card number `card`, `second` seconds after the first.
  static std::string payment(int second, const std::string& amount,
                             const std::string& card = "4111111111111111") {
    static int number = 0;
    return R"({"transaction_id": "tx-)" + std::to_string(++number) + R"(", "timestamp": )" +
           std::to_string(1'700'000'000 + second) + R"(, "user_id": 7, "amount": )" + amount +
           R"(, "transaction_type": "purchase", "location": "Berlin", "merchant": "Bakery", )"
           R"("card_number": ")" +
           card + "\"}";
  }
  static Judged judge(OfflineEngine& engine, const std::string& message) {
    auto judged = engine.judge(message);
    EXPECT_TRUE(judged) << judged.error();
    return judged && *judged ? **judged : Judged{};
  }
  static std::string answer(const Judged& judged, std::string_view rule) {
    const auto* verdict = judged.verdict(rule);
    return verdict ? std::string(answer_name(verdict->answer)) : "no such rule";
  }

  testing::TemporaryFolder folder_;
  std::string config_text_;
  std::string chains_;
  int rules_ = 0;
  Diagnostics diagnostics_;
  std::unique_ptr<Config> config_;
  std::unique_ptr<Assembly> assembly_;
};

// As the pages print it.
constexpr const char* kSmallBurst = R"(rule: small_burst
version: 4
owner: cards-fraud
mode: live                                  # off | shadow | live
parameters: { window: 10m, limit: 4, small: 10.00 EUR }
features:
  attempts: count() by card over parameters.window where amount <= parameters.small
when: attempts > parameters.limit             # or, with a plugin:  use: velocity
score: 0.6
reason: "{attempts} payments of at most {parameters.small} in {parameters.window} on one card"
tests:
  - name: the fifth small payment in ten minutes hits
    events: [{ repeat: 5, every: 60s, card: c1, amount: 3.00 }]
    expect: { hits: [5] }
  - name: a payment exactly ten minutes old is outside the window
    events: [{ at: 0s, card: c1, amount: 3.00 }, { repeat: 4, start: 600s, every: 1s, card: c1, amount: 3.00 }]
    expect: { hits: [] }
)";

TEST_F(RuleFiles, a_rule_without_code_judges_by_its_condition) {
  rule(kSmallBurst);
  const auto made = engine();
  ASSERT_TRUE(made) << faults();
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(answer(judge(*made, payment(60 * i, "3.00")), "small_burst"), "no_hit") << i;
  }
  EXPECT_EQ(answer(judge(*made, payment(235, "10.01")), "small_burst"), "no_hit") << "not small";
  const auto fifth = judge(*made, payment(240, "3.00"));
  ASSERT_EQ(answer(fifth, "small_burst"), "hit");
  const auto& hit = *fifth.verdict("small_burst");
  EXPECT_EQ(hit.reason, "small_burst");
  EXPECT_EQ(hit.score, 0.6);
  EXPECT_EQ(hit.words, "5 payments of at most 10.00 EUR in 10 minutes on one card");
  ASSERT_EQ(hit.evidence.size(), 1u);
  EXPECT_EQ(hit.evidence[0].name, "attempts");
  EXPECT_EQ(hit.evidence[0].value, "5");
  EXPECT_EQ(fifth.outcome, core::Outcome::review);
  EXPECT_EQ(answer(judge(*made, payment(250, "3.00", "5555555555554444")), "small_burst"),
            "no_hit");
}

TEST_F(RuleFiles, a_payment_exactly_as_old_as_the_window_is_outside_it) {
  rule(kSmallBurst);
  const auto made = engine();
  ASSERT_TRUE(made) << faults();
  (void)judge(*made, payment(0, "3.00"));
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(answer(judge(*made, payment(600 + i, "3.00")), "small_burst"), "no_hit") << i;
  }
}

TEST_F(RuleFiles, a_condition_that_needs_what_is_absent_is_inconclusive) {
  rule(
      "rule: abroad\nversion: 1\nwhen: merchant_country != \"DE\"\nreason: abroad\n"
      "code: far_away\n");
  const auto made = engine();
  ASSERT_TRUE(made) << faults();
  EXPECT_EQ(answer(judge(*made, payment(0, "3.00")), "abroad"), "inconclusive");
  auto message = payment(1, "3.00");
  message.insert(message.size() - 1, R"(, "merchant_country": "FR")");
  const auto hit = judge(*made, message);
  EXPECT_EQ(hit.verdict("abroad")->reason, "far_away");
  EXPECT_EQ(hit.verdict("abroad")->score, 0.5);
}

TEST_F(RuleFiles, a_hit_on_too_little_history_is_inconclusive) {
  rule(
      "rule: many\nversion: 1\nfeatures: { n: count() by card over 1h }\nwhen: n > 0\n"
      "reason: \"{n}\"\nmin_history: 30m\n");
  const auto made = engine();
  ASSERT_TRUE(made) << faults();
  EXPECT_EQ(answer(judge(*made, payment(0, "3.00")), "many"), "inconclusive");
  EXPECT_EQ(answer(judge(*made, payment(1799, "3.00")), "many"), "inconclusive");
  EXPECT_EQ(answer(judge(*made, payment(1800, "3.00")), "many"), "hit");
}

TEST_F(RuleFiles, a_feature_of_the_configuration_is_there_for_every_rule) {
  config_text_ += "features: { spent: sum(amount) by card over 1d }\n";
  rule(
      "rule: much\nversion: 1\nwhen: spent > 100.00\nreason: \"{spent} in a day, now {amount}\"\n");
  rule("rule: more\nversion: 1\nwhen: spent > 200.00 && amount > 50.00\nreason: more\n");
  const auto made = engine();
  ASSERT_TRUE(made) << faults();
  EXPECT_EQ(assembly_->decisions().plan->features().size(), 1u) << "computed once";
  (void)judge(*made, payment(0, "90.00"));
  const auto second = judge(*made, payment(1, "20.00"));
  EXPECT_EQ(second.verdict("much")->words, "110.00 in a day, now 20.00");
  EXPECT_EQ(answer(second, "more"), "no_hit");
}

TEST_F(RuleFiles, a_step_takes_the_records_for_which_its_condition_is_true) {
  config_text_ += "features: { n: count() by card over 1h }\n";
  rule("rule: r\nversion: 1\nwhen: amount > 1000.00\nreason: much\n");
  chains_ =
      "chains:\n  main:\n    alert: { sink: mail, when: 'n > 1 && amount > 50.00', required: true "
      "}\n"
      "    abroad: { sink: mail, when: 'merchant_country != \"DE\"', required: true }\n";
  const auto made = engine();
  ASSERT_TRUE(made) << faults();
  EXPECT_TRUE(judge(*made, payment(0, "60.00")).steps.empty());
  EXPECT_EQ(judge(*made, payment(1, "60.00")).steps, std::vector<std::string>{"main.alert"})
      << "a condition that needs what is absent takes nothing";
  EXPECT_TRUE(judge(*made, payment(2, "40.00")).steps.empty());
}

TEST_F(RuleFiles, hard_actions_name_the_code_of_a_condition) {
  rule("rule: big\nversion: 1\nwhen: amount > 10.00\nreason: big\n");
  config_text_ += "decision: { actions: { big: { big: block } } }\n";
  const auto made = engine();
  ASSERT_TRUE(made) << faults();
  EXPECT_EQ(judge(*made, payment(0, "11.00")).outcome, core::Outcome::decline);
}

TEST_F(RuleFiles, a_fault_is_shown_at_the_very_character) {
  rule(
      "rule: r\nversion: 1\nfeatures:\n  n: count() by crad over 10m\nwhen: n > 4\nreason: "
      "\"{n}\"\n");
  EXPECT_EQ(
      faults(),
      "rules/rule_1.yaml:4:17: error[AS2012] feature `n`: `crad` is not a field: it cannot be "
      "a key (did you mean `card`?)\n");
  rule(
      "rule: s\nversion: 1\nfeatures:\n  n: count() by card over 10m where amuont > 1.00\n"
      "when: n > 4\nreason: \"{n}\"\n");
  EXPECT_NE(faults().find("rules/rule_2.yaml:4:37: error[AS2012] feature `n`: "), std::string::npos)
      << faults();
  rule(
      "rule: t\nversion: 1\nparameters: { limit: 4 }\n"
      "when: amount > parameters.limit && missing > 1\nreason: x\n");
  EXPECT_NE(faults().find("rules/rule_3.yaml:4:36: error[AS2009] the condition of rule `t`: "),
            std::string::npos)
      << faults();
}

TEST_F(RuleFiles, a_parameter_that_is_not_there_is_shown_where_it_is_named) {
  rule(
      "rule: r\nversion: 1\nparameters: { window: 10m }\nfeatures:\n"
      "  n: \"count() by card over parameters.windwo\"\nwhen: true\nreason: x\n");
  EXPECT_EQ(faults(),
            "rules/rule_1.yaml:5:28: error[AS2012] feature `n`: the rule has no parameter "
            "`windwo` (did you mean `window`?)\n");
}

TEST_F(RuleFiles, a_name_has_one_meaning) {
  config_text_ +=
      "features: { spent: sum(amount) by card over 1d, amount: count() by card over 1d }\n";
  rule(
      "rule: r\nversion: 1\nfeatures: { spent: count() by card over 1d }\nwhen: true\nreason: x\n");
  EXPECT_EQ(
      faults(),
      "assay.yaml:6:49: error[AS1114] the name `amount` is taken (give the feature another name)\n"
      "rules/rule_1.yaml:3:13: error[AS1114] the name `spent` is taken (give the feature another "
      "name)\n");
}

TEST_F(RuleFiles, history_that_cannot_be_asked_for_is_refused) {
  rule(
      "rule: a\nversion: 1\nfeatures: { n: count() by card over 1h }\nwhen: n > 1\nreason: x\n"
      "min_history: { n: 7d }\n");
  rule("rule: b\nversion: 1\nwhen: amount > 1.00\nreason: x\nmin_history: 7d\n");
  rule(
      "rule: c\nversion: 1\nfeatures: { n: count() by card over 1h }\nwhen: n > 1\nreason: x\n"
      "min_history: { m: 1h }\n");
  EXPECT_EQ(
      faults(),
      "rules/rule_1.yaml:6:16: error[AS1010] `min_history` of `n` is longer than its window "
      "(ask for that or less)\n"
      "rules/rule_2.yaml:5:14: error[AS1010] rule `b` has `min_history` and reads no feature "
      "(remove `min_history`)\n"
      "rules/rule_3.yaml:6:16: error[AS1010] rule `c` reads no feature `m` (did you mean `n`?)\n");
}

TEST_F(RuleFiles, one_feature_too_many_is_told_as_what_it_is) {
  std::string features;
  std::string when;
  for (int i = 1; i <= 65; ++i) {
    const auto number = std::to_string(i);
    features += "  f" + number + ": count() by card over 1h where amount > " + number + ".00\n";
    when += (i > 1 ? " && f" : "f") + number + " > 1";
  }
  rule("rule: r\nversion: 1\nfeatures:\n" + features + "when: " + when + "\nreason: x\n");
  const auto told = faults();
  EXPECT_NE(told.find("there is no room for the feature `f65`: the features of one key count more "
                      "than 64 kinds of transactions"),
            std::string::npos)
      << told;
}

TEST_F(RuleFiles, features_that_share_a_predicate_share_its_room) {
  std::string features;
  std::string when;
  for (int i = 1; i <= 64; ++i) {
    const auto number = std::to_string(i);
    for (const std::string window : {"1h", "2h"}) {
      const auto name = "f" + number + "_" + window;
      features +=
          "  " + name + ": count() by card over " + window + " where amount > " + number + ".00\n";
      when += (when.empty() ? "" : " && ") + name + " > 1";
    }
  }
  rule("rule: r\nversion: 1\nfeatures:\n" + features + "when: " + when + "\nreason: x\n");
  EXPECT_NE(engine(), nullptr) << render(diagnostics_, DiagnosticFormat::brief);
}

TEST_F(RuleFiles, words_that_nobody_knows_are_shown_at_their_brace) {
  rule("rule: r\nversion: 1\nwhen: amount > 1.00\nreason: \"{amuont} is much\"\n");
  EXPECT_EQ(faults(),
            "rules/rule_1.yaml:4:10: error[AS2008] rule `r` names {amuont} in a reason, which is "
            "neither evidence nor a field (did you mean `amount`?)\n");
}

}  // namespace
}  // namespace assay::host
