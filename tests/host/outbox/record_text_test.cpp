// A record that was kept as text comes back as it was, also to a sink that binds something else by
// now.
#include "host/outbox/record_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <assay/records.hpp>
#include <bit>
#include <limits>
#include <nlohmann/json.hpp>

#include "host/outbox/value_json.hpp"

namespace assay::host {
namespace {

using core::FieldType;

const std::vector<std::string> kNames{
    "record_offset", "amount", "when",   "city",
    "card",          "score",  "reused", "count() by card over 1h"};
const std::vector<FieldType> kTypes{FieldType::int64,   FieldType::decimal, FieldType::time,
                                    FieldType::text,    FieldType::token,   FieldType::float64,
                                    FieldType::boolean, FieldType::int64};
const BoundColumns kColumns{&kNames, &kTypes};
const RecordOrigin kOrigin{"assay", "main.alert", "payments", 3};

// One record with every kind of value and two verdicts; the feature is cold.
core::RecordBlock sample() {
  core::Layout layout;
  std::vector<std::optional<core::Slot>> slots;
  for (std::size_t i = 0; i < kNames.size(); ++i)
    slots.emplace_back(layout.add(kNames[i], kTypes[i]));
  core::RowBlock rows(layout, {1, 1024, 0});
  const auto row = rows.add_row();
  rows.put_int64(row, *slots[0], 17);
  rows.put_int64(row, *slots[1], -123'456);
  rows.put_int64(row, *slots[2], 1'700'000'000'123'456'789);
  rows.put_text(row, *slots[3], "Z\u00fcrich \"west\"");
  rows.put_token(row, *slots[4], {.high = 0x12, .low = 0x34});
  rows.put_double(row, *slots[5], 0.1);
  rows.put_int64(row, *slots[6], 1);
  rows.put_int64(row, *slots[7], 5);
  rows.mark_cold(row, *slots[7]);
  const std::vector<core::ToldVerdict> verdicts{
      {.rule = "large",
       .plugin = "large_amount",
       .reason = "large_amount",
       .words = "12.35 EUR",
       .customer_words = "a large payment",
       .version = 3,
       .score = 600'000,
       .evidence = {{"limit", "EUR", FieldType::decimal, 10'000}}},
      {.rule = "place",
       .plugin = "x",
       .reason = "",
       .words = "",
       .customer_words = "",
       .version = 1,
       .answer = ASSAY_INCONCLUSIVE,
       .mode = ASSAY_SHADOW,
       .evidence = {}}};
  core::RecordBuilder builder(layout, slots, {ASSAY_DECISION, "payments", "assay", "main.alert"});
  builder.append(rows, row, verdicts);
  return builder.finish({3}, {17}, {18});
}

core::RecordBlock back(const std::string& text, const BoundColumns& columns) {
  const KeptRecord record{17, text};
  const std::vector<const KeptRecord*> records{&record};
  auto block = block_of(kOrigin, records, columns);
  EXPECT_TRUE(block.has_value());
  return std::move(*block);
}

TEST(RecordText, comes_back_as_it_was) {
  const auto text = record_text(sample(), 0, kColumns);
  const auto block = back(text, kColumns);
  EXPECT_EQ(record_text(block, 0, kColumns), text);

  const Records records(block.header());
  EXPECT_EQ(records.group(), "assay");
  EXPECT_EQ(records.step(), "main.alert");
  EXPECT_EQ(records.topic(), "payments");
  EXPECT_EQ(records.partition(), 3);
  EXPECT_EQ(records[0][Field<std::string_view>(3)], "Z\u00fcrich \"west\"");
  EXPECT_EQ(records[0][Field<Money>(1)]->units, -123'456);
  const auto verdicts = records.verdicts(0);
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_EQ(records.text(verdicts[0].customer_words), "a large payment");
  EXPECT_EQ(verdicts[0].audience, ASSAY_FOR_CUSTOMER);
  EXPECT_EQ(records.evidence(verdicts[0])[0].bits, 10'000);
  EXPECT_EQ(verdicts[1].answer, ASSAY_INCONCLUSIVE);
  EXPECT_EQ(verdicts[1].mode, ASSAY_SHADOW);
  EXPECT_TRUE(block.cold(7, 0));
}

TEST(RecordText, a_field_that_was_bound_later_or_has_another_type_now_is_absent) {
  const auto text = record_text(sample(), 0, kColumns);
  const std::vector<std::string> names{"city", "merchant", "amount"};
  const std::vector<FieldType> types{FieldType::text, FieldType::text, FieldType::int64};
  const auto block = back(text, {&names, &types});
  EXPECT_TRUE(block.has(0, 0));
  EXPECT_FALSE(block.has(1, 0));
  EXPECT_FALSE(block.has(2, 0));
}

TEST(RecordText, names_the_record_that_it_cannot_read) {
  const KeptRecord good{17, record_text(sample(), 0, kColumns)};
  for (const auto* bad : {"", "nonsense", "[]", R"({"version":2,"fields":{}})", R"({"version":1})",
                          R"({"version":1,"fields":{},"verdicts":[7]})"}) {
    const KeptRecord broken{18, bad};
    const std::vector<const KeptRecord*> records{&good, &broken};
    const auto block = block_of(kOrigin, records, kColumns);
    ASSERT_FALSE(block.has_value()) << bad;
    EXPECT_EQ(block.error().index, 1U);
  }
}

RC_GTEST_PROP(ValueJson, every_number_comes_back_bit_for_bit, (std::int64_t bits)) {
  for (const auto type : {FieldType::int64, FieldType::duration, FieldType::decimal}) {
    const auto text = number_json(type, bits).dump();
    RC_ASSERT(number_of(type, nlohmann::ordered_json::parse(text)) == std::optional(bits));
  }
  // Times of a feed lie within 1677 and 2262.
  const auto time = bits / 4;
  RC_ASSERT(number_of(FieldType::time, number_json(FieldType::time, time)) == std::optional(time));
  const auto value = std::bit_cast<double>(bits);
  if (value == value && value - value == 0) {
    const auto text = number_json(FieldType::float64, bits).dump();
    RC_ASSERT(number_of(FieldType::float64, nlohmann::ordered_json::parse(text)) ==
              std::optional(bits));
  }
}

}  // namespace
}  // namespace assay::host
