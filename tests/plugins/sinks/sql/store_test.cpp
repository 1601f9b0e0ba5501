// What every store promises, tried on each of them.
#include "tests/plugins/sinks/sql/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/servers/postgres_server.hpp"

namespace assay::testing::sinks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Stores : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string("postgres")) {
      if (const auto why = PostgresServer::unavailable()) GTEST_SKIP() << *why;
      store_ = postgres_store();
    } else {
      store_ = sqlite_store();
    }
    store_->clear();
  }

  std::string cursor() { return store_->one("SELECT next_offset, epoch FROM assay_cursors"); }
  std::string rows() { return store_->one("SELECT count(*) FROM transactions"); }

  std::unique_ptr<Store> store_;
};

TEST_P(Stores, stores_rows_and_cursor_together) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  EXPECT_EQ(claimed.epoch, 1);
  EXPECT_EQ(claimed.next_offset, ASSAY_NO_OFFSET);
  EXPECT_TRUE(deliver(*sink, claimed, batch_of(100, 103)));
  EXPECT_EQ(rows(), "3");
  EXPECT_EQ(cursor(), "103|1");
  EXPECT_TRUE(deliver(*sink, claimed, batch_of(103, 110)));
  EXPECT_EQ(rows(), "10");
  EXPECT_EQ(cursor(), "110|1");
}

TEST_P(Stores, keeps_every_value_exactly) {
  const auto sink = store_->sink();
  auto batch = batch_of(0, 3);
  batch.rows[0].fields["amount"] = Money{-9'223'372'036'854'775'807};
  batch.rows[0].fields["fee"] = Money{5};
  batch.rows[1].fields["amount"] = Money{0};
  for (const auto* name : {"amount", "user_id", "merchant", "card", "score", "decided_at"}) {
    batch.rows[2].fields.erase(name);
  }
  ASSERT_TRUE(deliver(*sink, claimed_by(*sink), batch));
  const auto postgres = GetParam() == std::string("postgres");
  const std::string amount = postgres ? "(amount * 10000)::bigint" : "amount_units";
  EXPECT_THAT(store_->ask("SELECT transaction_id, user_id, " + amount +
                          ", currency, location, card_token, card_last4, score, partition, "
                          "record_offset FROM transactions ORDER BY record_offset"),
              ElementsAre("tx-0|42|-9223372036854775807|EUR|Zürich|"
                          "0123456789abcdeffedcba9876543210|1111|0.25|0|0",
                          "tx-1|42|0|EUR|Zürich|0123456789abcdeffedcba9876543210|1111|0.25|0|1",
                          "tx-2|||EUR|Zürich||1111||0|2"));
  EXPECT_EQ(store_->one("SELECT merchant FROM transactions WHERE record_offset = 0"),
            "Bob's \"Bar\" \\ Grill\n\t☕");
  const std::string time =
      postgres ? "to_char(event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
               : "event_time";
  EXPECT_THAT(store_->one("SELECT " + time + " FROM transactions WHERE record_offset = 0"),
              HasSubstr("14:13:20.123456"));
}

TEST_P(Stores, keeps_fields_without_a_column_by_name_and_no_holder) {
  const auto sink = store_->sink();
  auto batch = batch_of(0, 1);
  batch.rows[0].fields["fee"] = Money{12'345};
  ASSERT_TRUE(deliver(*sink, claimed_by(*sink), batch));
  const auto fields = store_->one("SELECT fields FROM transactions");
  EXPECT_THAT(fields, HasSubstr("5812"));
  EXPECT_THAT(fields, HasSubstr("1.2345"));
  EXPECT_THAT(fields, HasSubstr("d\\\"1"));
  EXPECT_THAT(fields, Not(HasSubstr("example.org")));
}

// Everything that was stored about one transaction, once for each time it was.
TEST_P(Stores, tells_what_was_decided_about_a_transaction) {
  using nlohmann::json;
  const auto sink = store_->sink(store_->owner_settings());
  auto batch = batch_of(0, 3);
  batch.rows[0].fields["amount"] = Money{-9'223'372'036'854'775'807};
  RecordedVerdict on_trial;
  on_trial.rule = "on_trial";
  on_trial.mode = ASSAY_SHADOW;
  batch.rows[0].verdicts = {on_trial};
  batch.rows[1].fields["decision"] = "decline";
  batch.rows[1].verdicts = {RecordedVerdict{}};
  batch.rows[2].fields["transaction_id"] = "tx-0";
  batch.rows[2].fields["decided_at"] = Time{1'790'000'002'000'000'000};
  ASSERT_TRUE(deliver(*sink, claimed_by(*sink), batch));

  const auto approved = explain(*sink, "tx-0");
  ASSERT_TRUE(approved.done) << approved.text;
  ASSERT_EQ(std::ranges::count(approved.text, '\n'), 2);
  EXPECT_THAT(approved.text, HasSubstr("-922337203685477.5807"));
  EXPECT_THAT(approved.text, Not(HasSubstr("card_token")));
  const auto first = json::parse(approved.text.substr(0, approved.text.find('\n')));
  EXPECT_EQ(first["record_offset"], 0);
  EXPECT_EQ(first["decision"], "approve");
  EXPECT_EQ(first["fields"]["merchant_category"], 5812);
  EXPECT_TRUE(first["reasons"].is_null());
  ASSERT_EQ(first["shadow_hits"].size(), 1u);
  EXPECT_EQ(first["shadow_hits"][0]["rule"], "on_trial");
  EXPECT_TRUE(first["shadow_hits"][0]["evidence"].is_array());

  const auto declined = json::parse(explain(*sink, "tx-1").text);
  EXPECT_EQ(declined["amount"], 12.34);
  EXPECT_EQ(declined["id_reused"], false);
  EXPECT_EQ(declined["reasons"][0]["words"], RecordedVerdict{}.words);
  EXPECT_TRUE(declined["shadow_hits"].empty());

  const auto unknown = explain(*sink, "tx-1' OR '1'='1");
  EXPECT_TRUE(unknown.done);
  EXPECT_EQ(unknown.text, "");
}

TEST_P(Stores, keeps_frauds_with_their_reasons_and_shadow_hits_apart) {
  const auto sink = store_->sink();
  auto batch = batch_of(0, 3);
  batch.rows[1] = decided(1, "decline");
  RecordedVerdict hit;
  hit.words = "12.34 EUR is \"over\" the limit";
  hit.evidence = {{"amount", Money{123'400}, "EUR"}, {"city", "Zürich", ""}, {"ratio", 0.5, ""}};
  RecordedVerdict unsure;
  unsure.rule = "unusual_hour";
  unsure.answer = ASSAY_INCONCLUSIVE;
  RecordedVerdict shadow;
  shadow.rule = "on_trial";
  shadow.mode = ASSAY_SHADOW;
  batch.rows[1].verdicts = {hit, unsure};
  batch.rows[2].verdicts = {shadow};
  ASSERT_TRUE(deliver(*sink, claimed_by(*sink), batch));
  EXPECT_EQ(rows(), "3");
  EXPECT_THAT(store_->ask("SELECT transaction_id, decision FROM fraud_transactions"),
              ElementsAre("tx-1|decline"));
  const std::string reason = GetParam() == std::string("postgres")
                                 ? "reasons->0->>'rule', reasons->0->>'words', "
                                   "reasons->0->'evidence'->0->>'value', "
                                   "reasons->0->'evidence'->1->>'value', reasons->1->>'answer'"
                                 : "reasons->0->>'rule', reasons->0->>'words', "
                                   "reasons->0->'evidence'->0->'value', "
                                   "reasons->0->'evidence'->1->>'value', reasons->1->>'answer'";
  EXPECT_EQ(store_->one("SELECT " + reason + " FROM fraud_transactions"),
            "large_amount|12.34 EUR is \"over\" the limit|12.3400|Zürich|inconclusive");
  EXPECT_THAT(store_->ask("SELECT transaction_id, rule, score, decision FROM shadow_hits"),
              ElementsAre("tx-2|on_trial|0.8|approve"));
}

TEST_P(Stores, abort_leaves_nothing) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  std::vector<TestCursor> cursors{moving(claimed, 0, 5)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  EXPECT_TRUE(sink->write(batch_of(0, 5))[0].delivered());
  sink->abort();
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(cursor(), "|1");
  EXPECT_TRUE(deliver(*sink, claimed, batch_of(0, 5)));
}

TEST_P(Stores, a_second_owner_fences_the_first) {
  const auto first = store_->sink();
  const auto old = claimed_by(*first);
  ASSERT_TRUE(deliver(*first, old, batch_of(0, 2)));
  const auto second = store_->sink();
  const auto taken = claimed_by(*second);
  EXPECT_EQ(taken.epoch, 2);
  EXPECT_EQ(taken.next_offset, 2);
  std::vector<TestCursor> cursors{moving(old, 2, 4)};
  EXPECT_TRUE(first->begin(cursors).delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_FENCED);
  EXPECT_FALSE(first->write(batch_of(2, 4))[0].delivered());
  EXPECT_TRUE(deliver(*second, taken, batch_of(2, 4)));
  EXPECT_EQ(rows(), "4");
}

TEST_P(Stores, a_person_sees_the_cursors_of_the_group) {
  using nlohmann::json;
  const auto sink = store_->sink(store_->owner_settings());
  EXPECT_EQ(cursors(*sink, "assay").text, "");
  const auto engine = store_->sink();
  ASSERT_TRUE(deliver(*engine, claimed_by(*engine), batch_of(0, 7)));
  const auto said = cursors(*sink, "assay");
  ASSERT_TRUE(said.done) << said.text;
  const auto cursor = json::parse(said.text);
  EXPECT_EQ(cursor["step"], "main.store");
  EXPECT_EQ(cursor["topic"], "transactions");
  EXPECT_EQ(cursor["partition"], 0);
  EXPECT_EQ(cursor["next_offset"], 7);
  EXPECT_EQ(cursor["cluster"], "test-cluster");
  EXPECT_TRUE(cursor["updated_at"].get<std::string>().ends_with("Z"));
  EXPECT_EQ(cursors(*sink, "another' OR '1'='1").text, "");
}

TEST_P(Stores, a_person_moves_a_cursor_and_its_owner_claims_it_anew) {
  const auto engine = store_->sink();
  const auto claimed = claimed_by(*engine);
  ASSERT_TRUE(deliver(*engine, claimed, batch_of(0, 7)));
  const auto sink = store_->sink(store_->owner_settings());
  ASSERT_TRUE(set_cursor(*sink, moving(claimed, 0, 3))) << sink->refusal().message;
  EXPECT_FALSE(deliver(*engine, claimed, batch_of(7, 9))) << "it was fenced";
  EXPECT_EQ(rows(), "7");
  const auto again = claimed_by(*engine);
  EXPECT_EQ(again.next_offset, 3);
  EXPECT_TRUE(deliver(*engine, again, batch_of(3, 9)));
  EXPECT_EQ(rows(), "13");
}

TEST_P(Stores, a_forgotten_cursor_may_be_claimed_from_another_cluster) {
  const auto engine = store_->sink();
  const auto claimed = claimed_by(*engine);
  ASSERT_TRUE(deliver(*engine, claimed, batch_of(0, 7)));
  std::vector<TestCursor> elsewhere{claimed};
  elsewhere[0].cluster = "another";
  EXPECT_FALSE(engine->claim(elsewhere).delivered());
  const auto sink = store_->sink(store_->owner_settings());
  ASSERT_TRUE(set_cursor(*sink, moving(claimed, 0, ASSAY_NO_OFFSET))) << sink->refusal().message;
  EXPECT_TRUE(engine->claim(elsewhere).delivered());
  EXPECT_EQ(elsewhere[0].next_offset, ASSAY_NO_OFFSET);
  EXPECT_GT(elsewhere[0].epoch, claimed.epoch) << "whoever had it stays fenced";
}

TEST_P(Stores, a_database_that_went_back_says_where_it_stands) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  ASSERT_TRUE(deliver(*sink, claimed, batch_of(0, 10)));
  store_->ask("UPDATE assay_cursors SET next_offset = 4");
  std::vector<TestCursor> cursors{moving(claimed, 10, 20)};
  EXPECT_TRUE(sink->begin(cursors).delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_BEHIND);
  EXPECT_EQ(cursors[0].next_offset, 4);
  EXPECT_TRUE(deliver(*sink, claimed, batch_of(4, 20)));
}

TEST_P(Stores, a_database_from_before_the_claim_is_taken_over_again) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  ASSERT_TRUE(deliver(*sink, claimed, batch_of(0, 10)));
  store_->ask("UPDATE assay_cursors SET next_offset = 3, epoch = 0");
  std::vector<TestCursor> cursors{moving(claimed, 10, 20)};
  EXPECT_TRUE(sink->begin(cursors).delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_BEHIND);
  EXPECT_EQ(cursors[0].next_offset, 3);
  EXPECT_TRUE(deliver(*sink, claimed, batch_of(3, 20)));
}

TEST_P(Stores, a_cursor_that_lost_its_offset_does_not_swallow_records) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  ASSERT_TRUE(deliver(*sink, claimed, batch_of(0, 10)));
  store_->ask("UPDATE assay_cursors SET next_offset = NULL");
  std::vector<TestCursor> cursors{moving(claimed, 10, 20)};
  EXPECT_TRUE(sink->begin(cursors).delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_BEHIND);
  EXPECT_EQ(cursors[0].next_offset, ASSAY_NO_OFFSET);
}

TEST_P(Stores, a_transaction_that_had_succeeded_is_not_stored_again) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  ASSERT_TRUE(deliver(*sink, claimed, batch_of(0, 10)));
  std::vector<TestCursor> cursors{moving(claimed, 0, 10)};
  EXPECT_TRUE(sink->begin(cursors).delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_COMMITTED);
  EXPECT_EQ(rows(), "10");
}

TEST_P(Stores, position_tells_whether_a_transaction_was_committed) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  std::vector<TestCursor> first{moving(claimed, 7, 10)};
  EXPECT_TRUE(sink->position(first).delivered());
  EXPECT_EQ(first[0].answer, ASSAY_CURSOR_BEHIND) << "nothing was ever committed";
  EXPECT_EQ(first[0].next_offset, 7);
  ASSERT_TRUE(deliver(*sink, claimed, batch_of(7, 10)));
  std::vector<TestCursor> cursors{moving(claimed, 7, 10), moving(claimed, 10, 20)};
  EXPECT_TRUE(sink->position(cursors).delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_COMMITTED);
  EXPECT_EQ(cursors[1].answer, ASSAY_CURSOR_BEHIND);
  EXPECT_EQ(cursors[1].next_offset, 10);
  claimed_by(*store_->sink());
  EXPECT_TRUE(sink->position(cursors).delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_FENCED);
}

TEST_P(Stores, several_partitions_move_together_or_not_at_all) {
  const auto sink = store_->sink();
  std::vector<TestCursor> cursors(2);
  cursors[1].partition = 1;
  ASSERT_TRUE(sink->claim(cursors).delivered());
  std::vector<TestCursor> both{moving(cursors[0], 0, 1), moving(cursors[1], 50, 51)};
  ASSERT_TRUE(sink->begin(both).delivered());
  auto second = batch_of(50, 51);
  second.partition = 1;
  EXPECT_TRUE(sink->write(batch_of(0, 1))[0].delivered());
  EXPECT_TRUE(sink->write(second)[0].delivered());
  ASSERT_TRUE(sink->commit(both).delivered());
  EXPECT_EQ(both[1].answer, ASSAY_CURSOR_COMMITTED);
  store_->ask("UPDATE assay_cursors SET epoch = 9 WHERE partition = 1");
  std::vector<TestCursor> next{moving(cursors[0], 1, 2), moving(cursors[1], 51, 52)};
  EXPECT_TRUE(sink->begin(next).delivered());
  EXPECT_EQ(next[0].answer, 0u);
  EXPECT_EQ(next[1].answer, ASSAY_CURSOR_FENCED);
  EXPECT_EQ(store_->one("SELECT next_offset FROM assay_cursors WHERE partition = 0"), "1");
}

TEST_P(Stores, a_row_that_cannot_be_stored_is_named) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  auto batch = batch_of(0, 8);
  batch.rows[5].fields.erase("timestamp");
  batch.rows[5].fields.erase("record_time");
  std::vector<TestCursor> cursors{moving(claimed, 0, 8)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  const auto statuses = sink->write(batch);
  EXPECT_EQ(statuses[5].outcome, ASSAY_REJECTED);
  EXPECT_EQ(statuses[5].scope, ASSAY_SCOPE_RECORD);
  EXPECT_EQ(statuses[5].error_class, ASSAY_CLASS_DATA);
  EXPECT_FALSE(statuses[5].code.empty());
  EXPECT_FALSE(sink->commit(cursors).delivered()) << "the transaction is over";
  EXPECT_EQ(rows(), "0");
  batch.rows.erase(batch.rows.begin() + 5);
  EXPECT_TRUE(deliver(*sink, claimed, batch));
  EXPECT_EQ(rows(), "7");
}

TEST_P(Stores, holders_are_replaced_by_their_latest_record) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  RecordedBatch batch;
  batch.kind = ASSAY_HOLDER;
  batch.next_offset = 3;
  const auto holder = [](std::int64_t user, const std::string& email) {
    return RecordedRow{{{"user_id", user},
                        {"name", "Ann O'Neil"},
                        {"email", email},
                        {"balance", Money{10'500}},
                        {"date_of_birth", "1980-02-29"}},
                       {}};
  };
  batch.rows = {holder(1, "old@example.org"), holder(2, "two@example.org"),
                holder(1, "new@example.org")};
  ASSERT_TRUE(deliver(*sink, claimed, batch));
  EXPECT_THAT(store_->ask("SELECT user_id, name, email FROM account_holders ORDER BY user_id"),
              ElementsAre("1|Ann O'Neil|new@example.org", "2|Ann O'Neil|two@example.org"));
  batch.first_offset = 3;
  batch.next_offset = 4;
  batch.rows = {holder(2, "moved@example.org")};
  ASSERT_TRUE(deliver(*sink, claimed, batch));
  EXPECT_EQ(store_->one("SELECT email FROM account_holders WHERE user_id = 2"),
            "moved@example.org");
}

TEST_P(Stores, a_holder_without_a_user_is_named) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  RecordedBatch batch;
  batch.kind = ASSAY_HOLDER;
  batch.next_offset = 2;
  batch.rows = {{{{"user_id", std::int64_t{1}}}, {}}, {{{"name", "Nobody"}}, {}}};
  std::vector<TestCursor> cursors{moving(claimed, 0, 2)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  EXPECT_EQ(sink->write(batch)[1].error_class, ASSAY_CLASS_DATA);
}

TEST_P(Stores, the_configuration_behind_a_hash_is_kept_once) {
  for (int i = 0; i < 2; ++i) {
    const auto sink = store_->sink();
    sink->run_as("cafe", R"({"rules": ["large_amount"]})", "0.1.0");
    const auto claimed = claimed_by(*sink);
    ASSERT_TRUE(deliver(*sink, claimed, batch_of(i, i + 1)));
  }
  EXPECT_THAT(store_->ask("SELECT hash, configuration, engine_version FROM assay_configs"),
              ElementsAre(R"(cafe|{"rules": ["large_amount"]}|0.1.0)"));
}

TEST_P(Stores, views_answer_the_analysts_questions) {
  const auto sink = store_->sink();
  auto batch = batch_of(0, 3);
  batch.rows[1] = decided(0, "review");
  batch.rows[1].verdicts = {RecordedVerdict{}};
  ASSERT_TRUE(deliver(*sink, claimed_by(*sink), batch));
  const std::string view = GetParam() == std::string("postgres") ? "assay_api.v_" : "assay_api_v_";
  EXPECT_EQ(store_->one("SELECT count(*) FROM " + view + "decisions"), "3");
  EXPECT_EQ(store_->one("SELECT count(*) FROM " + view + "alert_queue"), "1");
  EXPECT_EQ(store_->one("SELECT rule, mode, hits FROM " + view + "rule_daily"),
            "large_amount|live|1");
  EXPECT_EQ(store_->one("SELECT transaction_id, times FROM " + view + "repeated_ids"), "tx-0|2");
}

TEST_P(Stores, is_healthy_and_knows_its_version) {
  const auto sink = store_->sink();
  const auto health = sink->health();
  EXPECT_TRUE(health.delivered()) << health.text;
  const auto status = status_of(*sink);
  EXPECT_EQ(status.current, status.newest);
  EXPECT_LE(status.oldest, status.newest);
}

TEST_P(Stores, tables_of_a_later_build_are_refused_with_advice) {
  store_->ask("INSERT INTO assay_schema_version (version, name) VALUES (99, 'later')");
  const auto health = store_->sink()->health();
  store_->ask("DELETE FROM assay_schema_version WHERE version = 99");
  EXPECT_EQ(health.error_class, ASSAY_CLASS_CONFIGURATION);
  EXPECT_THAT(health.text, HasSubstr("version 99"));
}

INSTANTIATE_TEST_SUITE_P(each, Stores, ::testing::Values("postgres", "sqlite"),
                         [](const auto& chosen) { return std::string(chosen.param); });

}  // namespace
}  // namespace assay::testing::sinks
