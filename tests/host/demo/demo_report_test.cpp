#include "host/demo/demo_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace assay::host {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

FlaggedRow flagged(const std::string& id, double score, const std::string& reasons) {
  return {id, "2026-01-06 03:12", "12340.00", "EUR", "Acme", "Berlin", "decline", score, reasons};
}

DemoFacts facts() {
  DemoFacts facts;
  facts.produced = 1'006;
  facts.broken = 6;
  facts.decided = 1'000;
  facts.dead_lettered = 6;
  facts.mails = 3;
  facts.rules = {{"large_amount", 2}};
  facts.stored.transactions = 1'000;
  facts.stored.fraud_transactions = 3;
  facts.stored.decisions = {{"approve", 997}, {"review", 1}, {"decline", 2}};
  const std::string one = R"({"answer":"hit","rule":"large_amount","words":"amount is large"})";
  const std::string two = R"({"answer":"hit","rule":"unusual_hour","words":"it is night"})";
  facts.stored.flagged = {flagged("a", 0.6, "[" + one + "]"),
                          flagged("b", 0.9, "[" + one + "," + two + "]"), flagged("g", 1.0, "[]")};
  return facts;
}

std::string label(const std::string& id, const std::string& pattern, int incident,
                  const std::string& strength) {
  return R"({"transaction_id":")" + id + R"(","fraud":true,"pattern":")" + pattern +
         R"(","incident":)" + std::to_string(incident) + R"(,"strength":)" + strength + "}";
}

const std::vector<std::string> labels{
    label("a", "large_amount", 1, "0.900"), label("b", "account_takeover", 2, "1.500"),
    label("c", "account_takeover", 2, "1.500"), label("d", "account_takeover", 3, "2.000")};

TEST(demo_report, joins_what_was_flagged_with_the_ground_truth) {
  auto known = facts();
  ASSERT_TRUE(judge_by_labels(labels, known));
  EXPECT_EQ(known.frauds().transactions.injected, 4u);
  EXPECT_EQ(known.frauds().transactions.found, 2u);
  EXPECT_EQ(known.genuine_flagged, 1u);
  ASSERT_TRUE(known.explained);
  EXPECT_EQ(known.explained->id, "b") << "the one with most to say";
}

TEST(demo_report, finds_an_incident_by_one_of_its_transactions) {
  auto known = facts();
  ASSERT_TRUE(judge_by_labels(labels, known));
  const auto& takeover = known.patterns[static_cast<std::size_t>(FraudPattern::account_takeover)];
  EXPECT_EQ(takeover.transactions.found, 1u);
  EXPECT_EQ(takeover.transactions.injected, 3u);
  EXPECT_EQ(takeover.incidents.found, 1u);
  EXPECT_EQ(takeover.incidents.injected, 2u);
}

TEST(demo_report, tells_incidents_far_above_the_usual_limit_apart) {
  auto known = facts();
  ASSERT_TRUE(judge_by_labels(labels, known));
  EXPECT_EQ(known.frauds().incidents.injected, 3u);
  EXPECT_EQ(known.frauds().incidents.found, 2u);
  EXPECT_EQ(known.frauds().strong.injected, 2u);
  EXPECT_EQ(known.frauds().strong.found, 1u);
  const auto text = human_report(known, false);
  EXPECT_THAT(text, ContainsRegex("account_takeover +1 of 3 +1 of 2 +1 of 2 +0\\.50"));
  EXPECT_THAT(text, ContainsRegex("large_amount +1 of 1 +1 of 1 +0 of 0 +-\n"));
}

TEST(demo_report, says_which_rules_are_behind_a_genuine_payment_that_was_flagged) {
  auto known = facts();
  known.stored.flagged[2].reasons =
      R"([{"answer":"hit","rule":"large_amount"},{"answer":"inconclusive","rule":"place"}])";
  ASSERT_TRUE(judge_by_labels(labels, known));
  EXPECT_EQ(known.rules[0].genuine, 1u);
  EXPECT_THAT(human_report(known, false), ContainsRegex("large_amount +1   with a hit of it"));
}

TEST(demo_report, counts_a_label_that_came_twice_once) {
  auto known = facts();
  auto twice = labels;
  twice.push_back(labels.front());
  ASSERT_TRUE(judge_by_labels(twice, known));
  EXPECT_EQ(known.frauds().transactions.injected, 4u);
}

TEST(demo_report, refuses_labels_that_it_cannot_read) {
  auto known = facts();
  EXPECT_FALSE(judge_by_labels({"{"}, known));
  EXPECT_FALSE(judge_by_labels({label("a", "witchcraft", 1, "1.000")}, known));
  EXPECT_FALSE(judge_by_labels({R"({"transaction_id":"a","pattern":"burst"})"}, known));
  EXPECT_FALSE(judge_by_labels({label("a", "burst", -1, "1.000")}, known));
}

TEST(demo_report, counts_what_is_lost_from_what_is_stored) {
  auto known = facts();
  EXPECT_EQ(known.lost(), 0);
  known.stored.transactions -= 2;
  EXPECT_EQ(known.lost(), 2);
  known.duplicates = 2;
  EXPECT_EQ(known.lost(), 0);
  known.stored.transactions += 1;
  EXPECT_EQ(known.lost(), -1) << "stored twice";
}

TEST(demo_report, has_exactly_the_keys_that_programs_were_promised) {
  auto known = facts();
  ASSERT_TRUE(judge_by_labels(labels, known));
  EXPECT_EQ(json_report(known), R"({"produced":1006,"decided":1000,"dead_lettered":6,"lost":0,)"
                                R"("transactions_rows":1000,"fraud_transactions_rows":3,"mails":3,)"
                                R"("frauds_injected":4,"frauds_found":2,"genuine_flagged":1})"
                                "\n");
}

TEST(demo_report, explains_one_hit_in_words_without_colour_where_there_is_no_terminal) {
  auto known = facts();
  ASSERT_TRUE(judge_by_labels(labels, known));
  const auto text = human_report(known, false);
  EXPECT_THAT(text, HasSubstr("12340.00 EUR at Acme, Berlin, 2026-01-06 03:12 UTC"));
  EXPECT_THAT(text, HasSubstr("- it is night [unusual_hour]"));
  EXPECT_THAT(text, HasSubstr("6 of them broken on purpose"));
  EXPECT_EQ(text.find('\033'), text.npos);
  EXPECT_NE(human_report(known, true).find('\033'), text.npos);
}

}  // namespace
}  // namespace assay::host
