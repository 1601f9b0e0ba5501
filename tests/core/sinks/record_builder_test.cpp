#include "core/sinks/record_builder.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/record_fakes.hpp"
#include "tests/support/rule_fakes.hpp"

namespace assay::core {
namespace {

using tests::Relocated;

class RecordBuilderTest : public ::testing::Test {
 protected:
  RecordBuilderTest()
      : id_(layout_.add("id", FieldType::text)),
        amount_(layout_.add("amount", FieldType::decimal)),
        card_(layout_.add("card", FieldType::token)),
        score_(layout_.add("score", FieldType::float64)),
        city_(layout_.add("city", FieldType::text)),
        flag_(layout_.add("flag", FieldType::boolean)),
        block_(layout_, {16, 4096, 1024}) {}

  RecordBuilder builder(const std::vector<std::optional<Slot>>& columns) {
    return {layout_, columns, {ASSAY_DECISION, "payments", "assay", "main.store"}};
  }
  std::uint32_t row(std::string_view id, std::int64_t amount) {
    const auto row = block_.add_row();
    block_.put_text(row, id_, id);
    block_.put_int64(row, amount_, amount);
    return row;
  }

  Layout layout_;
  Slot id_;
  Slot amount_;
  Slot card_;
  Slot score_;
  Slot city_;
  Slot flag_;
  RowBlock block_;
};

TEST_F(RecordBuilderTest, a_copy_of_the_bytes_reads_like_the_rows_they_came_from) {
  auto builder = this->builder({city_, std::nullopt, card_, id_, amount_, score_, flag_});
  const auto first = row("tx-1", 12'345);
  block_.put_token(first, card_, {7, 9});
  block_.put_double(first, score_, 0.25);
  block_.put_int64(first, flag_, 1);
  const auto second = row("tx-22", -1);
  block_.put_text(second, city_, "Århus");
  builder.append(block_, first);
  builder.append(block_, second);
  std::optional<RecordBlock> block = builder.finish(PartitionId{3}, Offset{40}, Offset{47});
  const Relocated copy(*block);
  block.reset();
  block_.clear();

  const auto records = copy.records();
  EXPECT_EQ(records.kind(), RecordKind::decision);
  EXPECT_EQ(records.topic(), "payments");
  EXPECT_EQ(records.group(), "assay");
  EXPECT_EQ(records.step(), "main.store");
  EXPECT_EQ(records.partition(), 3);
  EXPECT_EQ(records.first_offset(), 40);
  EXPECT_EQ(records.next_offset(), 47);
  ASSERT_EQ(records.size(), 2u);

  const Field<std::string_view> city(0), id(3);
  const Field<std::int64_t> lacking(1);
  const Field<Token> card(2);
  const Field<Money> amount(4);
  const Field<double> score(5);
  const Field<bool> flag(6);
  EXPECT_EQ(records[0][city], std::nullopt);
  EXPECT_EQ(records[0][lacking], std::nullopt);
  EXPECT_EQ(records[0][card], (Token{7, 9}));
  EXPECT_EQ(records[0][id], "tx-1");
  EXPECT_EQ(records[0][amount], Money{12'345});
  EXPECT_EQ(records[0][score], 0.25);
  EXPECT_EQ(records[0][flag], true);
  EXPECT_EQ(records[1][city], "Århus");
  EXPECT_EQ(records[1][lacking], std::nullopt);
  EXPECT_EQ(records[1][card], std::nullopt);
  EXPECT_EQ(records[1][id], "tx-22");
  EXPECT_EQ(records[1][amount], Money{-1});
  EXPECT_EQ(records[1][flag], std::nullopt);
  EXPECT_TRUE(records.verdicts(0).empty());
}

TEST_F(RecordBuilderTest, only_the_rows_that_were_appended_are_in_it) {
  auto builder = this->builder({id_});
  row("a", 1);
  const auto wanted = row("b", 2);
  row("c", 3);
  builder.append(block_, wanted);
  EXPECT_EQ(builder.rows(), 1u);
  const Relocated copy(builder.finish(PartitionId{0}, Offset{0}, Offset{3}));
  ASSERT_EQ(copy.records().size(), 1u);
  EXPECT_EQ(copy.records()[0][Field<std::string_view>(0)], "b");
}

TEST_F(RecordBuilderTest, a_text_that_nobody_bound_does_not_travel) {
  auto builder = this->builder({amount_});
  builder.append(block_, row("a secret of the customer", 1));
  const auto block = builder.finish(PartitionId{0}, Offset{0}, Offset{1});
  const std::string_view bytes(reinterpret_cast<const char*>(&block.header()), block.bytes());
  EXPECT_EQ(bytes.find("secret"), std::string_view::npos);
}

TEST_F(RecordBuilderTest, a_field_that_is_bound_twice_is_there_twice) {
  auto builder = this->builder({amount_, id_, amount_, id_});
  builder.append(block_, row("tx-1", 5));
  const Relocated copy(builder.finish(PartitionId{0}, Offset{0}, Offset{1}));
  const auto record = copy.records()[0];
  EXPECT_EQ(record[Field<Money>(0)], Money{5});
  EXPECT_EQ(record[Field<Money>(2)], Money{5});
  EXPECT_EQ(record[Field<std::string_view>(1)], "tx-1");
  EXPECT_EQ(record[Field<std::string_view>(3)], "tx-1");
}

TEST_F(RecordBuilderTest, a_text_that_all_rows_have_in_common_travels_once_a_block) {
  const auto kept = block_.keep_text("the same for all");
  auto builder = this->builder({city_, id_});
  for (const auto* id : {"a", "b", "c"}) {
    const auto one = row(id, 1);
    block_.put_cell(one, city_, kept);
    builder.append(block_, one);
  }
  const Relocated copy(builder.finish(PartitionId{0}, Offset{0}, Offset{3}));
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(copy.records()[i][Field<std::string_view>(0)], "the same for all");
  }
  EXPECT_EQ(copy.records()[2][Field<std::string_view>(1)], "c");
  EXPECT_EQ(copy.header().batch.arena_size, std::string_view("the same for all"
                                                             "abc"
                                                             "payments"
                                                             "assay"
                                                             "main.store")
                                                .size());
}

TEST_F(RecordBuilderTest, a_block_without_rows_still_says_which_range_it_covers) {
  auto builder = this->builder({id_, std::nullopt});
  const Relocated copy(builder.finish(PartitionId{1}, Offset{5}, Offset{9}));
  EXPECT_EQ(copy.records().size(), 0u);
  EXPECT_EQ(copy.records().first_offset(), 5);
  EXPECT_EQ(copy.records().next_offset(), 9);
  EXPECT_EQ(copy.records().step(), "main.store");
}

TEST_F(RecordBuilderTest, a_sink_that_bound_nothing_gets_rows_without_columns) {
  auto builder = this->builder({});
  builder.append(block_, row("a", 1));
  builder.append(block_, row("b", 1));
  const Relocated copy(builder.finish(PartitionId{1}, Offset{5}, Offset{9}));
  EXPECT_EQ(copy.records().size(), 2u);
  EXPECT_EQ(copy.header().batch.column_count, 0u);
}

TEST_F(RecordBuilderTest, finish_leaves_nothing_behind_for_the_next_block) {
  auto builder = this->builder({city_, amount_});
  const auto full = row("a", 1);
  block_.put_text(full, city_, "Rome");
  builder.append(block_, full);
  builder.finish(PartitionId{0}, Offset{0}, Offset{1});
  EXPECT_EQ(builder.rows(), 0u);

  builder.append(block_, row("b", 2));
  const Relocated copy(builder.finish(PartitionId{0}, Offset{1}, Offset{2}));
  ASSERT_EQ(copy.records().size(), 1u);
  EXPECT_EQ(copy.records()[0][Field<std::string_view>(0)], std::nullopt);
  EXPECT_EQ(copy.records()[0][Field<Money>(1)], Money{2});
  EXPECT_EQ(copy.header().verdict_count, 0u);
}

TEST_F(RecordBuilderTest, texts_of_no_length_are_present) {
  auto builder = this->builder({id_});
  builder.append(block_, row("", 1));
  const Relocated copy(builder.finish(PartitionId{0}, Offset{0}, Offset{1}));
  EXPECT_EQ(copy.records()[0][Field<std::string_view>(0)], "");
}

TEST_F(RecordBuilderTest, everything_lies_inside_the_block_and_is_aligned) {
  auto builder = this->builder({id_, card_, std::nullopt});
  builder.append(block_, row("abc", 1));
  const auto block = builder.finish(PartitionId{0}, Offset{0}, Offset{1});
  const auto& head = block.header();
  EXPECT_EQ(head.batch.block_size, block.bytes());
  EXPECT_EQ(head.batch.arena + head.batch.arena_size, head.batch.block_size);
  EXPECT_EQ(head.batch.size, sizeof(assay_record_batch));
  const auto* columns = reinterpret_cast<const assay_column*>(
      reinterpret_cast<const std::byte*>(&head) + head.batch.columns);
  for (std::uint32_t i = 0; i < head.batch.column_count; ++i) {
    EXPECT_EQ(columns[i].cells % 8, 0u);
    EXPECT_LE(columns[i].cells + 16, head.batch.block_size);
    EXPECT_LT(columns[i].validity, head.batch.block_size);
  }
  EXPECT_EQ(head.verdicts % 8, 0u);
  EXPECT_EQ(head.evidence % 8, 0u);
}

class RecordVerdictsTest : public RecordBuilderTest {
 protected:
  RecordVerdictsTest() {
    ReasonInfo many;
    many.code = "many_attempts";
    many.evidence = {{"attempts", "", FieldType::int64},
                     {"sum", "EUR", FieldType::decimal},
                     {"speed", "km/h", FieldType::float64}};
    many.action = Action::block;
    many.words = words("{attempts} attempts, {sum} in {city}, {speed}", many.evidence);
    many.customer_words = words("Several payments in {city}.", many.evidence);
    auto velocity = tests::rule("card_velocity", {tests::reason("unused"), many});
    velocity.version = 12;
    rules_ = {velocity, tests::rule("night", {tests::reason("late")})};
  }
  Words words(std::string_view text, const std::vector<EvidenceInfo>& evidence) {
    Words words;
    EXPECT_FALSE(Words::parse(
        text, evidence, [&](std::string_view name) { return layout_.find(name); }, words));
    return words;
  }

  std::vector<RuleInfo> rules_;
};

TEST_F(RecordVerdictsTest, a_decision_brings_its_verdicts_with_words_and_evidence) {
  const auto first = row("quiet", 1);
  const auto second = row("loud", 2);
  block_.put_text(second, city_, "Oslo");
  const auto third = row("odd", 3);
  Decisions decisions;
  decisions.rows = {
      {Outcome::approve, 0, 0, 0}, {Outcome::decline, 900'000, 0, 2}, {Outcome::review, 0, 2, 1}};
  decisions.verdicts = {
      {0, ASSAY_HIT, 1, 900'000, Action::block, {6, 12'345'000, std::bit_cast<std::int64_t>(2.5)}},
      {1, ASSAY_HIT, 0, 100, Action::none, {}, 0, RuleMode::shadow},
      {0, ASSAY_ERROR, 0, 0, Action::none, {}}};

  auto builder = this->builder({id_});
  for (const auto row : {first, second, third}) builder.append(block_, row, decisions, rules_);
  const Relocated copy(builder.finish(PartitionId{0}, Offset{0}, Offset{3}));
  const auto records = copy.records();

  EXPECT_TRUE(records.verdicts(0).empty());
  const auto verdicts = records.verdicts(1);
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(records.text(verdicts[0].rule), "card_velocity");
  EXPECT_EQ(records.text(verdicts[0].plugin), "card_velocity 1.0");
  EXPECT_EQ(records.text(verdicts[0].reason), "many_attempts");
  EXPECT_EQ(records.text(verdicts[0].words), "6 attempts, 1234.50 EUR in Oslo, 2.5 km/h");
  EXPECT_EQ(records.text(verdicts[0].customer_words), "Several payments in Oslo.");
  EXPECT_EQ(verdicts[0].audience, ASSAY_FOR_CUSTOMER);
  EXPECT_EQ(verdicts[0].version, 12u);
  EXPECT_EQ(verdicts[0].answer, ASSAY_HIT);
  EXPECT_EQ(verdicts[0].mode, ASSAY_LIVE);
  EXPECT_EQ(verdicts[0].score, 900'000);
  EXPECT_EQ(verdicts[0].action, ASSAY_ACTION_BLOCK);
  const auto evidence = records.evidence(verdicts[0]);
  ASSERT_EQ(evidence.size(), 3u);
  EXPECT_EQ(records.text(evidence[0].name), "attempts");
  EXPECT_EQ(records.text(evidence[0].unit), "");
  EXPECT_EQ(evidence[0].bits, 6);
  EXPECT_EQ(records.text(evidence[1].unit), "EUR");
  EXPECT_EQ(evidence[1].type, ASSAY_DECIMAL);
  EXPECT_EQ(std::bit_cast<double>(evidence[2].bits), 2.5);

  EXPECT_EQ(records.text(verdicts[1].rule), "night");
  EXPECT_EQ(verdicts[1].mode, ASSAY_SHADOW);
  EXPECT_EQ(verdicts[1].audience, ASSAY_FOR_ANALYST);
  EXPECT_EQ(records.text(verdicts[1].customer_words), "");
  EXPECT_TRUE(records.evidence(verdicts[1]).empty());

  const auto odd = records.verdicts(2);
  ASSERT_EQ(odd.size(), 1u);
  EXPECT_EQ(odd[0].answer, ASSAY_ERROR);
  EXPECT_EQ(records.text(odd[0].reason), "");
  EXPECT_EQ(records.text(odd[0].words), "");
}

TEST_F(RecordVerdictsTest, verdicts_stay_with_their_rows_when_rows_are_taken_out) {
  Decisions decisions;
  auto builder = this->builder({std::nullopt, amount_});
  for (std::uint32_t i = 0; i < 5; ++i) {
    row("x", i);
    decisions.rows.push_back({Outcome::review, 0, i, 1});
    decisions.verdicts.push_back(
        {0, ASSAY_HIT, 1, static_cast<std::int32_t>(i), Action::none, {i, 0, 0, 0}});
  }
  for (std::uint32_t i = 0; i < 5; ++i) builder.append(block_, i, decisions, rules_);
  auto block = builder.finish(PartitionId{0}, Offset{0}, Offset{5});
  block.keep({false, true, false, false, true});
  const Relocated copy(block);
  const auto records = copy.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0][Field<Money>(1)], Money{1});
  EXPECT_EQ(records[1][Field<Money>(1)], Money{4});
  ASSERT_EQ(records.verdicts(1).size(), 1u);
  EXPECT_EQ(records.verdicts(0)[0].score, 1);
  EXPECT_EQ(records.verdicts(1)[0].score, 4);
  EXPECT_EQ(records.evidence(records.verdicts(1)[0])[0].bits, 4);
}

}  // namespace
}  // namespace assay::core
