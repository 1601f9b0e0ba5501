// Conditions of chain steps: which decisions pass, and what looks at more than the decision.
#include "host/application/step_conditions.hpp"

#include <gtest/gtest.h>

#include "host/diagnostics/render.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

class StepConditions : public ::testing::Test {
 protected:
  std::optional<StepCondition> make(const std::string& yaml) {
    diagnostics_ = {};
    const Node node = testing::tree("when: " + yaml).entries.at(0).value;
    return make_step_condition(node, "main.alert", scope_, diagnostics_);
  }
  std::string passing(const std::string& yaml) {
    const auto made = make(yaml);
    if (!made) return render(diagnostics_, DiagnosticFormat::brief);
    if (made->of_row) return "looks at the row";
    std::string names;
    for (std::size_t i = 0; i < core::kOutcomes; ++i) {
      if (!made->outcomes.test(i)) continue;
      names +=
          (names.empty() ? "" : " ") + std::string(core::to_string(static_cast<core::Outcome>(i)));
    }
    return names;
  }

  core::Layout layout_;
  FieldCatalogue fields_{layout_,
                         {{"amount", core::FieldType::decimal},
                          {"decision", core::FieldType::text, FieldCatalogue::Stage::after_rules},
                          {"score", core::FieldType::float64, FieldCatalogue::Stage::after_rules}}};
  Scope scope_{fields_, nullptr, Scope::Stage::after_rules, "step `main.alert`"};
  Diagnostics diagnostics_;
};

TEST_F(StepConditions, over_the_decision_alone_are_the_outcomes_that_pass) {
  EXPECT_EQ(passing("'true'"), "approve review decline");
  EXPECT_EQ(passing("decision == \"decline\""), "decline");
  EXPECT_EQ(passing("'decision != \"approve\"'"), "review decline");
  EXPECT_EQ(passing("'decision in [\"review\", \"decline\"]'"), "review decline");
  EXPECT_EQ(passing("decision == 'review' || decision == 'decline'"), "review decline");
}

TEST_F(StepConditions, over_more_than_the_decision_look_at_the_row) {
  EXPECT_EQ(passing("score > 0.7"), "looks at the row");
  EXPECT_EQ(passing("decision == 'decline' && amount > 100.00"), "looks at the row");
}

TEST_F(StepConditions, that_are_the_same_for_every_decision_are_a_slip) {
  EXPECT_EQ(passing("decision == 'deny'"),
            "test.yaml:1:7: error[AS2009] the condition of step `main.alert`: it is the same for "
            "every decision (correct the name)\n");
  EXPECT_NE(passing("decision != 'Approve'").find("AS2009"), std::string::npos);
  EXPECT_NE(passing("'false'").find("AS2009"), std::string::npos);
}

TEST_F(StepConditions, that_cannot_be_read_are_shown_at_the_character) {
  EXPECT_EQ(passing("amuont > 5").substr(0, 29), "test.yaml:1:7: error[AS2009] ");
  EXPECT_EQ(passing("amount > parameters.limit").substr(0, 30), "test.yaml:1:16: error[AS2009] ");
}

}  // namespace
}  // namespace assay::host
