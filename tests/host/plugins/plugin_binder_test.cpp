// What is wrong with a plugin's declarations, in the words that a person reads.
#include "host/plugins/plugin_binder.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace assay::tests {
namespace {

assay_text c(std::string_view text) { return {text.data(), text.size()}; }

class PluginBinderTest : public ::testing::Test {
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

  core::FeatureOptions options() {
    core::FeatureOptions options;
    options.time = layout.add("timestamp", core::FieldType::time);
    return options;
  }
  assay_status feature(std::string_view text, std::uint32_t type, std::uint32_t flags = 0) {
    return rules.table()->feature(rules.table(), c(text), type, flags, &column_, &coverage_);
  }

  core::Layout layout;
  host::FieldCatalogue catalogue{layout,
                                 {{"timestamp", core::FieldType::time},
                                  {"card", core::FieldType::token},
                                  {"amount", core::FieldType::decimal},
                                  {"merchant", core::FieldType::text},
                                  {"decision", core::FieldType::text, Stage::after_rules}}};
  core::FeaturePlan plan{options()};
  host::FeatureCatalogue features{catalogue, layout, plan};
  host::Scope of_rules{catalogue, &features, Stage::before_rules, "rule"};
  host::Scope of_sinks{catalogue, &features, Stage::after_rules, "sink"};
  host::PluginBinder rules{of_rules};
  host::PluginBinder sinks{of_sinks};
  std::uint32_t column_ = 99;
  std::uint32_t coverage_ = 99;
  std::uint32_t number_ = 99;
};

TEST_F(PluginBinderTest, numbers_columns_in_the_order_of_declaration) {
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

TEST_F(PluginBinderTest, unknown_field_names_the_nearest_and_all_there_are) {
  EXPECT_EQ(field(rules, "amuont", ASSAY_DECIMAL), ASSAY_FAILED);
  EXPECT_EQ(fault().code, host::Code::unknown_field);
  EXPECT_EQ(fault().message, "wants a field `amuont` that the schema lacks");
  EXPECT_EQ(fault().note, "fields: timestamp, card, amount, merchant");
  EXPECT_EQ(fault().help, "did you mean `amount`?");
}

TEST_F(PluginBinderTest, field_of_another_type_names_both) {
  EXPECT_EQ(field(rules, "amount", ASSAY_TEXT), ASSAY_FAILED);
  EXPECT_EQ(fault().code, host::Code::field_type_differs);
  EXPECT_EQ(fault().message, "wants the field `amount` as text, it is decimal");
  EXPECT_EQ(fault().help,
            "declare the field as text in `schema.fields`, or bind it in the plugin as "
            "assay::Money (in C: ASSAY_DECIMAL)");
}

TEST_F(PluginBinderTest, only_an_amount_is_to_be_bound_as_money) {
  EXPECT_EQ(field(rules, "merchant", ASSAY_DOUBLE), ASSAY_FAILED);
  EXPECT_EQ(fault().help, "declare the field as double in `schema.fields`");
}

TEST_F(PluginBinderTest, optional_field_of_another_type_is_a_fault_too) {
  EXPECT_EQ(field(rules, "amount", ASSAY_TEXT, ASSAY_OPTIONAL), ASSAY_FAILED);
}

TEST_F(PluginBinderTest, type_from_a_newer_header_is_named_by_its_number) {
  EXPECT_EQ(field(rules, "amount", 77), ASSAY_FAILED);
  EXPECT_EQ(fault().message, "wants the field `amount` as type 77, it is decimal");
}

TEST_F(PluginBinderTest, flags_that_are_new_leave_an_optional_field_optional) {
  EXPECT_EQ(field(rules, "no_such", ASSAY_TEXT, ASSAY_OPTIONAL | 0x80u), ASSAY_OK);
}

TEST_F(PluginBinderTest, rules_are_not_shown_what_only_exists_after_them) {
  EXPECT_EQ(field(rules, "decision", ASSAY_TEXT), ASSAY_FAILED);
  EXPECT_EQ(field(sinks, "decision", ASSAY_TEXT), ASSAY_OK);
  assay_text name;
  std::uint32_t type = 0;
  EXPECT_EQ(rules.table()->offered(rules.table(), 3, &name, &type), ASSAY_OK);
  EXPECT_EQ(rules.table()->offered(rules.table(), 4, &name, &type), ASSAY_END);
  EXPECT_EQ(sinks.table()->offered(sinks.table(), 4, &name, &type), ASSAY_OK);
}

TEST_F(PluginBinderTest, every_fault_is_told_not_only_the_first) {
  (void)field(rules, "amuont", ASSAY_DECIMAL);
  (void)field(rules, "merchnat", ASSAY_TEXT);
  EXPECT_EQ(rules.faults().size(), 2U);
}

TEST_F(PluginBinderTest, feature_by_its_text_gets_a_column_and_one_for_its_coverage) {
  EXPECT_EQ(feature("count() by card over 1h", ASSAY_INT64), ASSAY_OK);
  EXPECT_EQ(column_, 0U);
  EXPECT_EQ(coverage_, 1U);
  EXPECT_EQ(feature("sum(amount) by card over 1h", ASSAY_DECIMAL, ASSAY_NO_COVERAGE), ASSAY_OK);
  EXPECT_EQ(column_, 2U);
  ASSERT_EQ(rules.columns().size(), 3U);
  EXPECT_EQ(layout[*rules.columns()[0]].name, "count() by card over 1h");
  EXPECT_EQ(layout[*rules.columns()[1]].type, core::FieldType::duration);
  EXPECT_EQ(rules.features(), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(features.users(0), std::vector<std::string>{"rule"});
}

TEST_F(PluginBinderTest, texts_that_say_the_same_are_one_feature) {
  EXPECT_EQ(feature("count() by card over 60m", ASSAY_INT64, ASSAY_NO_COVERAGE), ASSAY_OK);
  EXPECT_EQ(feature("count()  by card over 1h", ASSAY_INT64, ASSAY_NO_COVERAGE), ASSAY_OK);
  EXPECT_EQ(rules.columns()[0], rules.columns()[1]);
  EXPECT_EQ(plan.features().size(), 1U);
}

TEST_F(PluginBinderTest, feature_of_another_type_names_the_type_that_the_text_has) {
  EXPECT_EQ(feature("sum(amount) by card over 1h", ASSAY_INT64), ASSAY_FAILED);
  EXPECT_EQ(fault().code, host::Code::bad_feature);
  EXPECT_EQ(fault().message,
            "wants the feature `sum(amount) by card over 1h` as int64, it is decimal");
}

TEST_F(PluginBinderTest, feature_that_cannot_be_read_says_why) {
  EXPECT_EQ(feature("count() by crad over 1h", ASSAY_INT64), ASSAY_FAILED);
  EXPECT_EQ(fault().code, host::Code::bad_feature);
  EXPECT_EQ(fault().message,
            "wants the feature `count() by crad over 1h`: `crad` is not a field: it cannot be a "
            "key");
  EXPECT_EQ(fault().help, "did you mean `card`?");
}

TEST_F(PluginBinderTest, feature_by_its_name_comes_before_one_by_its_text) {
  features.name("attempts", "count() by card over 10m");
  EXPECT_EQ(feature("attempts", ASSAY_INT64), ASSAY_OK);
  EXPECT_EQ(layout[*rules.columns()[0]].name, "count() by card over 10m");
  EXPECT_EQ(field(rules, "attempts", ASSAY_INT64), ASSAY_OK) << "and is read like a field";
  EXPECT_EQ(rules.columns()[2], rules.columns()[0]);
  EXPECT_EQ(feature("atempts", ASSAY_INT64), ASSAY_FAILED);
  EXPECT_EQ(fault().help, "did you mean `attempts`?");
}

TEST_F(PluginBinderTest, name_that_nobody_uses_costs_no_slot) {
  const auto slots = layout.entries().size();
  features.name("attempts", "count() by card over 10m");
  EXPECT_FALSE(features.check("count() by card over 10m"));
  EXPECT_EQ(layout.entries().size(), slots);
  EXPECT_TRUE(plan.empty());
}

TEST_F(PluginBinderTest, where_nothing_is_remembered_there_are_no_features) {
  host::Scope none(catalogue, nullptr, Stage::after_rules, "sink");
  host::PluginBinder binder(none);
  EXPECT_EQ(binder.table()->feature(binder.table(), c("count() by card over 1h"), ASSAY_INT64, 0,
                                    &column_, &coverage_),
            ASSAY_FAILED);
  EXPECT_EQ(binder.faults().back().message,
            "wants the feature `count() by card over 1h`: there is no history here");
}

TEST_F(PluginBinderTest, further_instances_are_bound_as_the_first_was) {
  ASSERT_EQ(field(rules, "amount", ASSAY_DECIMAL), ASSAY_OK);
  ASSERT_EQ(feature("count() by card over 1h", ASSAY_INT64), ASSAY_OK);
  ASSERT_EQ(feature("sum(amount) by card over 1h", ASSAY_DECIMAL, ASSAY_NO_COVERAGE), ASSAY_OK);
  ASSERT_EQ(reason("large", "{amount}"), ASSAY_OK);
  const auto first = rules.declarations();
  const auto slots = layout.entries().size();

  host::RepeatedBinder again(first);
  const auto* table = again.table();
  EXPECT_EQ(table->field(table, c("amount"), ASSAY_DECIMAL, 0, &column_), ASSAY_OK);
  EXPECT_EQ(column_, 0U);
  EXPECT_EQ(
      table->feature(table, c("count() by card over 1h"), ASSAY_INT64, 0, &column_, &coverage_),
      ASSAY_OK);
  EXPECT_EQ(column_, 1U);
  EXPECT_EQ(coverage_, 2U);
  EXPECT_FALSE(again.complete()) << "something is missing still";
  EXPECT_EQ(table->feature(table, c("sum(amount) by card over 1h"), ASSAY_DECIMAL,
                           ASSAY_NO_COVERAGE, &column_, &coverage_),
            ASSAY_OK);
  EXPECT_EQ(column_, 3U);
  assay_reason declared{};
  declared.size = sizeof declared;
  declared.code = c("large");
  EXPECT_EQ(table->reason(table, &declared, &number_), ASSAY_OK);
  EXPECT_EQ(number_, 0U);
  EXPECT_TRUE(again.complete());
  assay_text name;
  std::uint32_t type = 0;
  EXPECT_EQ(table->offered(table, 3, &name, &type), ASSAY_OK);
  EXPECT_EQ(std::string(name.data, name.size), "merchant");
  EXPECT_EQ(table->offered(table, 4, &name, &type), ASSAY_END);
  EXPECT_EQ(layout.entries().size(), slots) << "nothing is looked up again";
}

TEST_F(PluginBinderTest, further_instance_that_declares_something_else_is_refused) {
  ASSERT_EQ(field(rules, "amount", ASSAY_DECIMAL), ASSAY_OK);
  const auto first = rules.declarations();
  host::RepeatedBinder other(first);
  EXPECT_EQ(other.table()->field(other.table(), c("merchant"), ASSAY_TEXT, 0, &column_),
            ASSAY_FAILED);
  EXPECT_FALSE(other.complete());
  host::RepeatedBinder more(first);
  EXPECT_EQ(more.table()->field(more.table(), c("amount"), ASSAY_DECIMAL, 0, &column_), ASSAY_OK);
  EXPECT_EQ(more.table()->field(more.table(), c("amount"), ASSAY_DECIMAL, 0, &column_),
            ASSAY_FAILED);
  EXPECT_FALSE(more.complete());
}

TEST_F(PluginBinderTest, words_may_name_evidence_and_fields_and_nothing_else) {
  EXPECT_EQ(reason("large", "{amount} is over {line}", evidence(1)), ASSAY_OK);
  EXPECT_EQ(number_, 0U);
  EXPECT_EQ(reason("large", "{amuont} is over {line}", evidence(1)), ASSAY_FAILED);
  EXPECT_EQ(fault().code, host::Code::bad_reason);
  EXPECT_EQ(fault().message, "names {amuont} in a reason, which is neither evidence nor a field");
  EXPECT_EQ(fault().help, "did you mean `amount`?");
}

TEST_F(PluginBinderTest, words_for_the_customer_are_read_as_closely) {
  EXPECT_EQ(reason("large", "large", {}, "your {amuont}"), ASSAY_FAILED);
  EXPECT_EQ(fault().message, "names {amuont} in a reason, which is neither evidence nor a field");
}

TEST_F(PluginBinderTest, reason_has_at_most_four_evidences) {
  EXPECT_EQ(reason("large", "", evidence(4)), ASSAY_OK);
  EXPECT_EQ(reason("large", "", evidence(5)), ASSAY_FAILED);
  EXPECT_EQ(fault().message, "declares a reason `large` that has more than four evidences");
}

TEST_F(PluginBinderTest, evidence_is_a_number) {
  EXPECT_EQ(reason("large", "", evidence(1, ASSAY_TEXT)), ASSAY_FAILED);
  EXPECT_EQ(fault().message, "declares a reason `large` that has evidence without a number");
}

// A verdict names its reason in sixteen bits: one more would be told as the first.
TEST_F(PluginBinderTest, refuses_more_reasons_than_a_verdict_can_name) {
  for (int i = 0; i < 65'536; ++i) ASSERT_EQ(reason("listed", "on the list"), ASSAY_OK);
  EXPECT_EQ(reason("listed", "on the list"), ASSAY_FAILED);
  EXPECT_EQ(fault().message,
            "declares a reason `listed` that is one more than the 65536 there may be");
}

}  // namespace
}  // namespace assay::tests
