// A rule that remembers: what it is asked for and what its snapshots go through.
#include <gtest/gtest.h>

#include <assay/rule.hpp>
#include <assay/testing.hpp>

namespace {

// Hits the third transaction in the same place in a row.
class Lingering {
 public:
  static constexpr bool stateful = true;
  static constexpr std::uint64_t state_version = 2;

  void bind(assay::Binder& binder) {
    forgetful_ = binder.config("forgetful", false);
    location_ = binder.field<std::string_view>("location");
    third_ = binder.reason("third_in_a_row", "{times} times in {location}", {"times"});
  }

  assay::Verdict evaluate(const assay::Row& row) {
    const auto location = row[location_];
    if (!location) return assay::inconclusive();
    times_ = *location == last_ ? times_ + 1 : 1;
    last_ = *location;
    return times_ >= 3 ? assay::hit(third_, 0.5, times_) : assay::no_hit();
  }

  void save(assay::StateWriter& state) const {
    state.put_text(last_);
    if (!forgetful_) state.put(times_);
  }
  // Version 1 had no text.
  void load(assay::StateReader& state, std::uint64_t version) {
    if (version > state_version) throw assay::Refusal("a state of version 3 is not known");
    if (version == 2) last_ = state.take_text();
    if (!forgetful_) times_ = state.take<std::int64_t>();
  }

 private:
  bool forgetful_ = false;
  std::string last_;
  std::int64_t times_ = 0;
  assay::Field<std::string_view> location_;
  assay::Reason third_;
};

}  // namespace

ASSAY_RULE(Lingering, "lingering", "1.0.0")

namespace {

using assay::testing::Refused;
using assay::testing::RuleUnderTest;
using assay::testing::State;

const assay_rule_api& table() {
  return *static_cast<const assay_rule_api*>(assay_entry_v1.get_interface(ASSAY_RULE_ID));
}

TEST(StatefulRule, says_so_in_its_table_with_the_version_of_its_state) {
  EXPECT_EQ(table().flags, ASSAY_RULE_STATEFUL);
  EXPECT_EQ(table().state_version, 2u);
  EXPECT_NE(table().save, nullptr);
  EXPECT_NE(table().load, nullptr);
}

TEST(StatefulRule, remembers_across_batches_and_across_a_snapshot) {
  RuleUnderTest rule;
  const auto first = rule.evaluate_batch({{{"location", "Oslo"}}, {{"location", "Oslo"}}});
  EXPECT_TRUE(first[1].no_hit());
  const auto state = rule.save();
  EXPECT_EQ(rule.evaluate({{"location", "Oslo"}}).words, "3 times in Oslo");

  RuleUnderTest later;
  later.load(state, 2);
  EXPECT_EQ(later.evaluate({{"location", "Oslo"}}).words, "3 times in Oslo");
  EXPECT_EQ(later.evaluate({{"location", "Oslo"}}).words, "4 times in Oslo");
}

TEST(StatefulRule, a_text_longer_than_any_buffer_comes_back_whole) {
  RuleUnderTest rule;
  const std::string place(20'000, 'x');
  rule.evaluate_batch({{{"location", place}}, {{"location", place}}});
  EXPECT_TRUE(rule.evaluate({{"location", place}}).hit());
}

TEST(StatefulRule, a_snapshot_that_ends_early_is_refused_and_not_taken_for_a_short_one) {
  RuleUnderTest rule;
  rule.evaluate({{"location", "Oslo"}});
  auto state = rule.save();
  for (; !state.empty(); state.pop_back()) {
    const State damaged(state.begin(), state.end() - 1);
    EXPECT_THROW(rule.load(damaged, 2), Refused) << damaged.size();
  }
}

TEST(StatefulRule, a_size_that_no_snapshot_holds_gets_no_memory) {
  RuleUnderTest rule;
  EXPECT_THROW(rule.load(State(8, std::byte{0x7f}), 2), Refused);
}

TEST(StatefulRule, gets_the_version_of_the_snapshot_and_may_refuse_it) {
  RuleUnderTest rule;
  State old(8);
  old[0] = std::byte{2};
  rule.load(old, 1);
  EXPECT_TRUE(rule.evaluate({{"location", ""}}).hit());
  try {
    rule.load(old, 3);
    FAIL() << "a state of the future was taken";
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.message(), "a state of version 3 is not known");
  }
}

TEST(StatefulRule, what_it_forgets_to_save_is_caught_by_the_test_itself) {
  RuleUnderTest rule{{{"forgetful", "true"}}};
  rule.evaluate({{"location", "Oslo"}});
  rule.evaluate({{"location", "Oslo"}});
  EXPECT_THROW(rule.evaluate_batch({{{"location", "Oslo"}}, {{"location", "Oslo"}}}),
               std::logic_error);
}

TEST(StatefulRule, loading_less_than_was_saved_is_caught_too) {
  RuleUnderTest rule;
  auto state = rule.save();
  state.push_back(std::byte{0});
  EXPECT_THROW(rule.load(state, 2), std::logic_error);
}

}  // namespace
