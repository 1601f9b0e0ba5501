// What is wrong with a plugin's declarations, in the words that a person reads.
#include "host/plugins/plugin_binder.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace assay::tests {
namespace {

assay_text c(std::string_view text) { return {text.data(), text.size()}; }

class plugin_binder : public ::testing::Test {
 protected:
  using Stage = host::FieldCatalogue::Stage;

  assay_status field(host::PluginBinder& binder, std::string_view name, std::uint32_t type,
                     std::uint32_t flags = ASSAY_REQUIRED) {
    return binder.table()->field(binder.table(), c(name), type, flags, &column_);
  }
  assay_status reason(std::string_view code, std::string_view words,
                      std::vector<assay_evidence> evidence = {},
                      std::string_view customer_words = {}) {
    assay_reason declared{};
    declared.size = sizeof declared;
    declared.audience = customer_words.empty() ? ASSAY_FOR_ANALYST : ASSAY_FOR_CUSTOMER;
    declared.code = c(code);
    declared.words = c(words);
    declared.customer_words = c(customer_words);
    declared.evidence = evidence.data();
    declared.evidence_count = static_cast<std::uint32_t>(evidence.size());
    return rules.table()->reason(rules.table(), &declared, &number_);
  }
  static std::vector<assay_evidence> evidence(std::size_t count, std::uint32_t type = ASSAY_INT64) {
    return std::vector<assay_evidence>(count, {c("line"), c(""), type, 0});
  }
  const host::BindFault& fault() {
    EXPECT_EQ(rules.faults().size(), 1U);
    return rules.faults().back();
  }

  core::Layout layout;
  host::FieldCatalogue catalogue{layout,
                                 {{"amount", core::FieldType::decimal},
                                  {"merchant", core::FieldType::text},
                                  {"decision", core::FieldType::text, Stage::after_rules}}};
  host::PluginBinder rules{catalogue, Stage::before_rules};
  host::PluginBinder sinks{catalogue, Stage::after_rules};
  std::uint32_t column_ = 99;
  std::uint32_t number_ = 99;
};

TEST_F(plugin_binder, numbers_columns_in_the_order_of_declaration) {
  EXPECT_EQ(field(rules, "merchant", ASSAY_TEXT), ASSAY_OK);
  EXPECT_EQ(column_, 0U);
  EXPECT_EQ(field(rules, "no_such", ASSAY_TEXT, ASSAY_OPTIONAL), ASSAY_OK);
  EXPECT_EQ(column_, 1U);
  EXPECT_EQ(field(rules, "amount", ASSAY_DECIMAL), ASSAY_OK);
  EXPECT_EQ(column_, 2U);
  ASSERT_EQ(rules.columns().size(), 3U);
  EXPECT_TRUE(rules.columns()[0]);
  EXPECT_FALSE(rules.columns()[1]);
  EXPECT_TRUE(rules.columns()[2]);
}

TEST_F(plugin_binder, unknown_field_names_the_nearest_and_all_there_are) {
  EXPECT_EQ(field(rules, "amuont", ASSAY_DECIMAL), ASSAY_FAILED);
  EXPECT_EQ(fault().code, host::Code::unknown_field);
  EXPECT_EQ(fault().message, "wants a field `amuont` that the schema lacks");
  EXPECT_EQ(fault().note, "fields: amount, merchant");
  EXPECT_EQ(fault().help, "did you mean `amount`?");
}

TEST_F(plugin_binder, field_of_another_type_names_both) {
  EXPECT_EQ(field(rules, "amount", ASSAY_TEXT), ASSAY_FAILED);
  EXPECT_EQ(fault().code, host::Code::field_type_differs);
  EXPECT_EQ(fault().message, "wants the field `amount` as text, it is decimal");
  EXPECT_EQ(fault().help, "declare the field as text in `schema.fields`");
}

TEST_F(plugin_binder, optional_field_of_another_type_is_a_fault_too) {
  EXPECT_EQ(field(rules, "amount", ASSAY_TEXT, ASSAY_OPTIONAL), ASSAY_FAILED);
}

TEST_F(plugin_binder, type_from_a_newer_header_is_named_by_its_number) {
  EXPECT_EQ(field(rules, "amount", 77), ASSAY_FAILED);
  EXPECT_EQ(fault().message, "wants the field `amount` as type 77, it is decimal");
}

TEST_F(plugin_binder, flags_that_are_new_leave_an_optional_field_optional) {
  EXPECT_EQ(field(rules, "no_such", ASSAY_TEXT, ASSAY_OPTIONAL | 0x80u), ASSAY_OK);
}

TEST_F(plugin_binder, rules_are_not_shown_what_only_exists_after_them) {
  EXPECT_EQ(field(rules, "decision", ASSAY_TEXT), ASSAY_FAILED);
  EXPECT_EQ(field(sinks, "decision", ASSAY_TEXT), ASSAY_OK);
  assay_text name;
  std::uint32_t type = 0;
  EXPECT_EQ(rules.table()->offered(rules.table(), 1, &name, &type), ASSAY_OK);
  EXPECT_EQ(rules.table()->offered(rules.table(), 2, &name, &type), ASSAY_END);
  EXPECT_EQ(sinks.table()->offered(sinks.table(), 2, &name, &type), ASSAY_OK);
}

TEST_F(plugin_binder, every_fault_is_told_not_only_the_first) {
  (void)field(rules, "amuont", ASSAY_DECIMAL);
  (void)field(rules, "merchnat", ASSAY_TEXT);
  EXPECT_EQ(rules.faults().size(), 2U);
}

TEST_F(plugin_binder, feature_is_a_matter_of_a_later_release) {
  std::uint32_t coverage = 0;
  EXPECT_EQ(rules.table()->feature(rules.table(), c("count() by card over 1h"), ASSAY_INT64, 0,
                                   &column_, &coverage),
            ASSAY_UNSUPPORTED);
  EXPECT_EQ(fault().message, "wants the feature `count() by card over 1h`");
  EXPECT_EQ(fault().note, "features come with a later release");
}

TEST_F(plugin_binder, words_may_name_evidence_and_fields_and_nothing_else) {
  EXPECT_EQ(reason("large", "{amount} is over {line}", evidence(1)), ASSAY_OK);
  EXPECT_EQ(number_, 0U);
  EXPECT_EQ(reason("large", "{amuont} is over {line}", evidence(1)), ASSAY_FAILED);
  EXPECT_EQ(fault().code, host::Code::bad_reason);
  EXPECT_EQ(fault().message, "names {amuont} in a reason, which is neither evidence nor a field");
  EXPECT_EQ(fault().help, "did you mean `amount`?");
}

TEST_F(plugin_binder, words_for_the_customer_are_read_as_closely) {
  EXPECT_EQ(reason("large", "large", {}, "your {amuont}"), ASSAY_FAILED);
  EXPECT_EQ(fault().message, "names {amuont} in a reason, which is neither evidence nor a field");
}

TEST_F(plugin_binder, reason_has_at_most_four_evidences) {
  EXPECT_EQ(reason("large", "", evidence(4)), ASSAY_OK);
  EXPECT_EQ(reason("large", "", evidence(5)), ASSAY_FAILED);
  EXPECT_EQ(fault().message, "declares a reason `large` that has more than four evidences");
}

TEST_F(plugin_binder, evidence_is_a_number) {
  EXPECT_EQ(reason("large", "", evidence(1, ASSAY_TEXT)), ASSAY_FAILED);
  EXPECT_EQ(fault().message, "declares a reason `large` that has evidence without a number");
}

// A verdict names its reason in sixteen bits: one more would be told as the first.
TEST_F(plugin_binder, refuses_more_reasons_than_a_verdict_can_name) {
  for (int i = 0; i < 65'536; ++i) ASSERT_EQ(reason("listed", "on the list"), ASSAY_OK);
  EXPECT_EQ(reason("listed", "on the list"), ASSAY_FAILED);
  EXPECT_EQ(fault().message,
            "declares a reason `listed` that is one more than the 65536 there may be");
}

}  // namespace
}  // namespace assay::tests
