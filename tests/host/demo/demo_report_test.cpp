#include "host/demo/demo_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace assay::host {
namespace {

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

const std::vector<std::string> labels{
    R"({"transaction_id":"a","fraud":true,"pattern":"large_amount"})",
    R"({"transaction_id":"b","fraud":true,"pattern":"account_takeover"})",
    R"({"transaction_id":"c","fraud":true,"pattern":"account_takeover"})"};

TEST(demo_report, joins_what_was_flagged_with_the_ground_truth) {
  auto known = facts();
  ASSERT_TRUE(judge_by_labels(labels, known));
  EXPECT_EQ(known.frauds().injected, 3u);
  EXPECT_EQ(known.frauds().found, 2u);
  EXPECT_EQ(known.genuine_flagged, 1u);
  ASSERT_TRUE(known.explained);
  EXPECT_EQ(known.explained->id, "b") << "the one with most to say";
}

TEST(demo_report, counts_a_label_that_came_twice_once) {
  auto known = facts();
  auto twice = labels;
  twice.push_back(labels.front());
  ASSERT_TRUE(judge_by_labels(twice, known));
  EXPECT_EQ(known.frauds().injected, 3u);
}

TEST(demo_report, refuses_labels_that_it_cannot_read) {
  auto known = facts();
  EXPECT_FALSE(judge_by_labels({"{"}, known));
  EXPECT_FALSE(judge_by_labels({R"({"transaction_id":"a","pattern":"witchcraft"})"}, known));
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
                                R"("frauds_injected":3,"frauds_found":2,"genuine_flagged":1})"
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
