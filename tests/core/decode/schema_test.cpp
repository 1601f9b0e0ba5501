#include "core/decode/schema.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace assay::core {
namespace {

std::string refusal(std::vector<FieldSpec> fields) {
  const auto schema = Schema::make(std::move(fields));
  return schema ? "(accepted)" : schema.error();
}

std::vector<std::string> required(const Schema& schema) {
  std::vector<std::string> names;
  for (const auto& field : schema.fields()) {
    if (field.required) names.push_back(field.name);
  }
  return names;
}

TEST(Schema, of_the_sample_bank_requires_what_the_sample_feed_has) {
  EXPECT_EQ(required(sample_transaction_schema()),
            (std::vector<std::string>{"transaction_id", "timestamp", "user_id", "amount",
                                      "transaction_type", "location", "merchant", "card_number"}));
  EXPECT_EQ(
      required(sample_holder_schema()),
      (std::vector<std::string>{"user_id", "name", "address", "phone_number", "email",
                                "date_of_birth", "account_number", "account_type", "balance"}));
  EXPECT_EQ(sample_transaction_schema().find(FieldRole::id)->name, "transaction_id");
  EXPECT_EQ(sample_transaction_schema().find(FieldRole::currency)->name, "currency");
  EXPECT_EQ(sample_holder_schema().find(FieldRole::id), nullptr);
}

TEST(Schema, gives_a_card_three_slots_and_none_for_the_number) {
  Layout layout;
  sample_transaction_schema().add_to(layout);
  EXPECT_FALSE(layout.find("card_number").has_value());
  EXPECT_EQ(layout[layout.find("card").value()].type, FieldType::token);
  EXPECT_EQ(layout[layout.find("card_bin").value()].type, FieldType::text);
  EXPECT_EQ(layout[layout.find("card_last4").value()].type, FieldType::text);
  EXPECT_EQ(layout[layout.find("amount").value()].type, FieldType::decimal);
  EXPECT_EQ(CardSlots::of("pan").bin, "pan_bin");
}

TEST(Schema, says_what_is_wrong_with_its_declaration) {
  EXPECT_EQ(refusal({}), "a schema needs at least one field");
  EXPECT_EQ(refusal({{""}}), "a field has no name");
  EXPECT_EQ(refusal({{"a", FieldKind::text, "x/y"}}),
            "field a: 'x/y' is not a JSON pointer; it begins with / and names a key per step, as "
            "in /payment/amount");
  EXPECT_EQ(refusal({{"a", FieldKind::text, "/x~2"}}),
            "field a: '/x~2' is not a JSON pointer; it begins with / and names a key per step, as "
            "in /payment/amount");
  EXPECT_EQ(refusal({{"a"}, {"a", FieldKind::int64, "/b"}}), "the field name a is used twice");
  EXPECT_EQ(refusal({{"card_number", FieldKind::card}, {"card_bin"}}),
            "the field name card_bin is used twice");
  EXPECT_EQ(refusal({{"a", FieldKind::text, "/x"}, {"b", FieldKind::text, "/x/y"}}),
            "fields a (/x) and b (/x/y) read the same place, or one inside the other");
  EXPECT_EQ(refusal({{"a", FieldKind::text, "", false, FieldRole::amount}}),
            "field a: the type text cannot play the role amount");
  EXPECT_EQ(refusal({{"a", FieldKind::time, "", false, FieldRole::time},
                     {"b", FieldKind::time, "", false, FieldRole::time}}),
            "fields a and b both have the role time");
}

TEST(Schema, reads_a_field_from_its_own_name_unless_told_otherwise) {
  const auto schema = Schema::make({{"a"}, {"b/c"}, {"d", FieldKind::text, "/e/f"}});
  ASSERT_TRUE(schema.has_value());
  EXPECT_EQ(schema->fields()[0].json_pointer, "/a");
  EXPECT_EQ(schema->fields()[1].json_pointer, "/b~1c");
  EXPECT_EQ(schema->fields()[2].json_pointer, "/e/f");
}

TEST(Schema, writes_and_reads_the_names_of_kinds_and_roles) {
  for (int i = 0; i < 8; ++i) {
    const auto kind = static_cast<FieldKind>(i);
    EXPECT_EQ(field_kind(to_string(kind)), kind);
  }
  for (int i = 0; i < 6; ++i) {
    const auto role = static_cast<FieldRole>(i);
    EXPECT_EQ(field_role(to_string(role)), role);
  }
  EXPECT_FALSE(field_kind("string").has_value());
}

}  // namespace
}  // namespace assay::core
