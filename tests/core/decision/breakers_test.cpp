// Breakers as the decision sees them: a rule that hits too much, and what becomes of it.
#include "core/decision/breakers.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "core/decision/policy.hpp"
#include "tests/support/rule_fakes.hpp"
#include "tests/support/state_bytes.hpp"

namespace assay::core {
namespace {

using tests::hit;
using tests::StateBytes;

constexpr std::int64_t kSecond = 1'000'000'000;

RuleInfo rule(std::string id, bool demote) {
  auto info = tests::rule(std::move(id), {tests::reason("seen")});
  info.breaker = BreakerInfo{{500'000, 3, 60 * kSecond}, demote};
  return info;
}

struct Row {
  std::int64_t second = 0;
  bool first = false;  // whether each of the two rules hits
  bool second_rule = false;
};

// Decisions on rows, in batches.
class Engine {
 public:
  explicit Engine(std::vector<RuleInfo> rules) : rules_(std::move(rules)), breakers(rules_) {}

  void decide(std::span<const Row> rows) {
    if (rows.empty()) return;
    VerdictTable table(rules_.size(), static_cast<std::uint32_t>(rows.size()));
    std::vector<std::int64_t> times;
    for (std::size_t one = 0; one < rules_.size(); ++one) {
      table.output(one, static_cast<std::uint32_t>(rows.size()));
    }
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
      times.push_back(rows[row].second * kSecond);
      if (rows[row].first) table.at(0, row) = hit(1'000'000);
      if (rows[row].second_rule && rules_.size() > 1) table.at(1, row) = hit(1'000'000);
    }
    Decisions decisions;
    core::decide({}, rules_, table, times, breakers, decisions);
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
      std::string told(to_string(decisions.rows[row].outcome));
      for (const auto& noted : decisions.of(row)) {
        told += noted.mode == RuleMode::shadow ? " shadow" : " live";
      }
      outcomes.push_back(std::move(told));
    }
  }

 private:
  std::vector<RuleInfo> rules_;

 public:
  Breakers breakers;
  std::vector<std::string> outcomes;
};

const std::vector<Row> kFlood(5, Row{0, true, false});

TEST(Breakers, a_rule_that_asked_for_it_is_a_shadow_rule_from_the_next_transaction_on) {
  Engine engine({rule("wild", true)});
  engine.decide(kFlood);
  EXPECT_EQ(engine.outcomes,
            (std::vector<std::string>{"decline live", "decline live", "decline live",
                                      "approve shadow", "approve shadow"}));
  ASSERT_EQ(engine.breakers.all().size(), 1u);
  EXPECT_TRUE(engine.breakers.demoted(engine.breakers.all()[0]));
  EXPECT_EQ(engine.breakers.all()[0].alarm.state().rises, 1u);
}

TEST(Breakers, a_rule_that_did_not_ask_for_it_is_told_of_and_stays_live) {
  Engine engine({rule("wild", false)});
  engine.decide(kFlood);
  EXPECT_EQ(engine.outcomes.back(), "decline live");
  EXPECT_TRUE(engine.breakers.all()[0].alarm.up());
  EXPECT_FALSE(engine.breakers.demoted(engine.breakers.all()[0]));
}

TEST(Breakers, a_demoted_rule_is_live_again_when_it_hits_few_enough) {
  Engine engine({rule("wild", true)});
  engine.decide(kFlood);
  engine.decide(std::vector<Row>{{60, false}, {61, true}});
  EXPECT_EQ(engine.outcomes.back(), "decline live");
}

TEST(Breakers, a_demoted_rule_that_goes_on_hitting_stays_demoted) {
  Engine engine({rule("wild", true)});
  for (int second = 0; second < 600; second += 5) engine.decide(std::vector<Row>{{second, true}});
  EXPECT_EQ(engine.outcomes.back(), "approve shadow");
  EXPECT_EQ(engine.breakers.all()[0].alarm.state().rises, 1u);
}

TEST(Breakers, one_rule_is_demoted_and_the_others_go_on) {
  Engine engine({rule("wild", true), rule("calm", true)});
  engine.decide(kFlood);
  engine.decide(std::vector<Row>{{1, true, true}});
  EXPECT_EQ(engine.outcomes.back(), "decline shadow live");
}

TEST(Breakers, a_shadow_rule_is_watched_as_well) {
  auto shadow = rule("wild", true);
  shadow.mode = RuleMode::shadow;
  Engine engine({shadow});
  engine.decide(kFlood);
  EXPECT_TRUE(engine.breakers.all()[0].alarm.up());
  engine.decide(std::vector<Row>{{60, false}, {61, true}});
  EXPECT_EQ(engine.outcomes.back(), "approve shadow") << "it was one before";
}

TEST(Breakers, a_rule_without_one_is_never_demoted) {
  Engine engine({tests::rule("free", {tests::reason("seen")})});
  engine.decide(kFlood);
  EXPECT_TRUE(engine.breakers.all().empty());
  EXPECT_EQ(engine.outcomes.back(), "decline live");
}

// How rows fall into batches is chance; what is decided is not.
RC_GTEST_PROP(BreakersProperty, batches_make_no_difference, ()) {
  const auto rows = *rc::gen::container<std::vector<Row>>(
      rc::gen::map(rc::gen::tuple(rc::gen::inRange<std::int64_t>(0, 150),
                                  rc::gen::arbitrary<bool>(), rc::gen::arbitrary<bool>()),
                   [](const auto& all) {
                     return Row{std::get<0>(all), std::get<1>(all), std::get<2>(all)};
                   }));
  const std::vector<RuleInfo> rules{rule("one", true), rule("two", true)};
  Engine at_once(rules);
  at_once.decide(rows);
  Engine in_parts(rules);
  for (std::size_t from = 0; from < rows.size();) {
    const auto size =
        std::min<std::size_t>(*rc::gen::inRange<std::size_t>(1, 9), rows.size() - from);
    in_parts.decide(std::span(rows).subspan(from, size));
    from += size;
  }
  RC_ASSERT(at_once.outcomes == in_parts.outcomes);
}

TEST(Breakers, a_rule_is_demoted_still_after_its_state_was_loaded) {
  Engine engine({rule("calm", true), rule("wild", true)});
  engine.decide(std::vector<Row>(5, Row{0, false, true}));
  StateBytes bytes;
  engine.breakers.save(bytes);
  // The order of the rules is not the same, and one of them is new.
  Engine resumed({rule("wild", true), rule("new", true)});
  ASSERT_TRUE(resumed.breakers.load(bytes));
  EXPECT_EQ(bytes.remaining(), 0u);
  EXPECT_EQ(resumed.breakers.mode(0), RuleMode::shadow);
  EXPECT_EQ(resumed.breakers.mode(1), RuleMode::live);
  resumed.decide(std::vector<Row>{{1, true, false}});
  EXPECT_EQ(resumed.outcomes.back(), "approve shadow");
}

TEST(Breakers, a_new_version_of_a_rule_starts_anew) {
  Engine engine({rule("wild", true)});
  engine.decide(kFlood);
  StateBytes bytes;
  engine.breakers.save(bytes);
  auto mended = rule("wild", true);
  mended.version = 2;
  Engine resumed({mended});
  ASSERT_TRUE(resumed.breakers.load(bytes));
  EXPECT_EQ(bytes.remaining(), 0u);
  EXPECT_EQ(resumed.breakers.mode(0), RuleMode::live);
}

TEST(Breakers, damaged_state_is_refused_at_any_length_and_changes_nothing) {
  Engine engine({rule("wild", true), rule("calm", true)});
  engine.decide(kFlood);
  StateBytes whole;
  engine.breakers.save(whole);
  for (std::size_t length = 0; length < whole.bytes.size(); length += 11) {
    StateBytes part;
    part.bytes.assign(whole.bytes.begin(), whole.bytes.begin() + static_cast<long>(length));
    Engine other({rule("wild", true), rule("calm", true)});
    EXPECT_FALSE(other.breakers.load(part)) << length;
    EXPECT_EQ(other.breakers.mode(0), RuleMode::live);
  }
}

}  // namespace
}  // namespace assay::core
