// Rules that are judged elsewhere, among rules that are judged here.
#include "core/rules/errand.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/rules/rule_set.hpp"
#include "tests/support/rule_fakes.hpp"

namespace assay::core {
namespace {

using tests::FakeRule;
using tests::hit;
using Events = std::vector<std::string>;

// Notes when it is sent and collected; hits every row with the number of rows it was sent.
class NotedErrand final : public Errand {
 public:
  NotedErrand(std::string name, Events& events) : name_(std::move(name)), events_(&events) {}

  void send(const assay_batch& batch) override {
    events_->push_back(name_ + " is sent");
    rows_ = batch.rows;
    sequence = batch.sequence;
  }
  assay_status collect(const assay_verdicts& verdicts, assay_error& error) override {
    events_->push_back(name_ + " is collected");
    if (fails) return tests::fail(error, "its process is gone");
    for (std::uint32_t row = 0; row < verdicts.count; ++row) {
      verdicts.rows[row] = hit(1, reason, rows_);
      VerdictTable::explain(&verdicts, row, 1, 7);
    }
    return ASSAY_OK;
  }

  bool fails = false;
  std::uint16_t reason = 0;
  std::uint64_t sequence = 0;

 private:
  std::string name_;
  Events* events_;
  std::uint32_t rows_ = 0;
};

class ErrandTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kRows = 8;

  ErrandTest() {
    for (int i = 0; i < 3; ++i) (void)block_.add_row();
  }
  RuleSet::Member elsewhere(NotedErrand& errand) {
    return {nullptr, reinterpret_cast<assay_rule*>(&errand), block_.add_header(nullptr, 0), nullptr,
            &errand};
  }
  static RuleInfo info(const std::string& id) { return tests::rule(id, {tests::reason("a")}); }

  Events events_;
  Layout layout_;
  Slot amount_ = layout_.add("amount", FieldType::decimal);
  RowBlock block_{layout_, {kRows, 1024, 1024, true}};
};

TEST_F(ErrandTest, are_under_way_while_others_are_judged) {
  NotedErrand first("first", events_);
  NotedErrand second("second", events_);
  FakeRule here([&](const assay_batch&, const assay_verdicts&, assay_error&) {
    events_.emplace_back("here");
    return ASSAY_OK;
  });
  RuleSet set({elsewhere(first), here.member(block_.add_header(nullptr, 0)), elsewhere(second)},
              {info("first"), info("here"), info("second")});
  VerdictTable verdicts(3, kRows);
  set.evaluate(block_, verdicts);
  EXPECT_EQ(events_, (Events{"first is sent", "second is sent", "here", "first is collected",
                             "second is collected"}));
  EXPECT_EQ(verdicts.at(2, 2).answer, ASSAY_HIT);
  EXPECT_EQ(verdicts.at(2, 2).evidence, 3);
  EXPECT_EQ(verdicts.evidence(2, 2)[1], 7);
  EXPECT_EQ(verdicts.at(1, 0).answer, ASSAY_NO_HIT);
}

TEST_F(ErrandTest, that_fail_or_bring_nonsense_are_errors_of_that_rule_alone) {
  NotedErrand gone("gone", events_);
  NotedErrand lying("lying", events_);
  NotedErrand sound("sound", events_);
  gone.fails = true;
  lying.reason = 5;
  RuleSet set({elsewhere(gone), elsewhere(lying), elsewhere(sound)},
              {info("gone"), info("lying"), info("sound")});
  VerdictTable verdicts(3, kRows);
  set.evaluate(block_, verdicts);
  for (std::uint32_t row = 0; row < 3; ++row) {
    EXPECT_EQ(verdicts.at(0, row).answer, ASSAY_ERROR);
    EXPECT_EQ(verdicts.at(1, row).answer, ASSAY_ERROR);
    EXPECT_EQ(verdicts.at(2, row).answer, ASSAY_HIT);
  }
  EXPECT_EQ(set.health(0).last_message, "its process is gone");
  gone.fails = false;
  set.evaluate(block_, verdicts);
  EXPECT_EQ(verdicts.at(0, 0).answer, ASSAY_HIT);
}

// A stateful rule's errands are of a partition each.
TEST_F(ErrandTest, of_partitions_have_their_rows_and_their_sequence) {
  NotedErrand zero("zero", events_);
  NotedErrand one("one", events_);
  assay_rule_api api{};
  api.destroy = [](assay_rule*) {};
  const auto rules_of = [&](NotedErrand& errand) {
    return std::make_unique<PartitionRules>(std::vector<PartitionRules::Instance>{
        {"counts", &api, reinterpret_cast<assay_rule*>(&errand), 0, nullptr, "", &errand}});
  };
  const auto rules_of_zero = rules_of(zero);
  const auto rules_of_one = rules_of(one);
  RuleSet set({{&api, nullptr, block_.add_gathered_header(nullptr, 0), nullptr}}, {info("counts")});
  VerdictTable verdicts(1, kRows);
  const std::vector<std::uint32_t> even{0, 2};
  const std::vector<std::uint32_t> odd{1};
  const std::vector<RuleSet::Part> parts{{rules_of_zero.get(), even}, {rules_of_one.get(), odd}};
  set.evaluate(block_, verdicts, parts);
  EXPECT_EQ(verdicts.at(0, 2).evidence, 2);
  EXPECT_EQ(verdicts.at(0, 1).evidence, 1);
  EXPECT_EQ(zero.sequence, 1U);
  EXPECT_EQ(one.sequence, 1U);
  set.evaluate(block_, verdicts, std::span(parts).first(1));
  EXPECT_EQ(zero.sequence, 2U);
  EXPECT_EQ(verdicts.at(0, 1).answer, ASSAY_NOT_EVALUATED);
}

}  // namespace
}  // namespace assay::core
