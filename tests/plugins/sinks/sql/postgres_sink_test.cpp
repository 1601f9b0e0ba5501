// What only a server can do: refuse, vanish, restart, demand rights and encryption.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <thread>

#include "tests/plugins/sinks/sql/postgres_store.hpp"

namespace assay::testing::sinks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PostgresSink : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = PostgresServer::unavailable()) GTEST_SKIP() << *why;
    store_.emplace(shared_postgres());
    store_->clear();
  }

  Settings with(const std::string& key, const std::string& value) {
    auto settings = store_->settings();
    for (auto& [name, old] : settings) {
      if (name != key) continue;
      old = value;
      return settings;
    }
    settings.emplace_back(key, value);
    return settings;
  }
  void end_connections() {
    ask_postgres(shared_postgres().superuser(),
                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
                 "'assay_engine'");
  }

  std::optional<PostgresStore> store_;
};

TEST_F(PostgresSink, names_the_row_behind_a_value_that_no_index_can_hold) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  auto batch = batch_of(0, 20);
  // Random enough not to be compressed below the limit of an index entry.
  std::string id;
  for (std::uint32_t i = 0, x = 1; i < 9000; ++i) {
    x = x * 1664525 + 1013904223;
    id += static_cast<char>('!' + (x >> 24) % 90);
  }
  batch.rows[13].fields["transaction_id"] = id;
  std::vector<TestCursor> cursors{moving(claimed, 0, 20)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  const auto statuses = sink->write(batch);
  EXPECT_EQ(statuses[13].error_class, ASSAY_CLASS_DATA) << statuses[0].text;
  EXPECT_EQ(statuses[13].code, "54000");
  EXPECT_THAT(statuses[13].text, Not(HasSubstr(id.substr(0, 8))));
}

TEST_F(PostgresSink, names_the_row_of_a_fraud_by_its_place_in_the_batch) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  auto batch = batch_of(0, 6);
  batch.rows[2] = decided(2, "review");
  batch.rows[4] = decided(4, "review");
  RecordedVerdict broken;
  broken.words = "not UTF-8: \xff";
  batch.rows[4].verdicts = {broken};
  std::vector<TestCursor> cursors{moving(claimed, 0, 6)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  const auto statuses = sink->write(batch);
  EXPECT_EQ(statuses[4].error_class, ASSAY_CLASS_DATA);
  EXPECT_EQ(statuses[4].code, "22021");
}

TEST_F(PostgresSink, a_connection_cut_in_mid_transaction_stores_nothing) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  std::vector<TestCursor> cursors{moving(claimed, 0, 5)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  ASSERT_TRUE(sink->write(batch_of(0, 5))[0].delivered());
  end_connections();
  const auto status = sink->commit(cursors);
  ASSERT_TRUE(status.delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_UNKNOWN);
  ASSERT_TRUE(sink->position(cursors).delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_BEHIND);
  EXPECT_EQ(cursors[0].next_offset, 0);
  EXPECT_TRUE(deliver(*sink, claimed, batch_of(0, 5)));
  EXPECT_EQ(store_->one("SELECT count(*) FROM transactions"), "5");
}

// The commit waits for a standby that never comes: it is durable here, the answer never arrives.
TEST_F(PostgresSink, a_commit_whose_answer_was_lost_is_found_by_its_position) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  ASSERT_TRUE(deliver(*sink, claimed, batch_of(0, 1)));
  std::vector<TestCursor> cursors{moving(claimed, 1, 5)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  ASSERT_TRUE(sink->write(batch_of(1, 5))[0].delivered());
  const auto synchronous = [](const std::string& names) {
    const auto& server = shared_postgres().superuser();
    run_postgres(server, "ALTER SYSTEM SET synchronous_standby_names = '" + names + "'");
    ask_postgres(server, "SELECT pg_reload_conf()");
    // A new session shows that everybody was told; a checkpoint, that the one who decides whether
    // commits wait has listened.
    while (ask_postgres(server, "SHOW synchronous_standby_names")[0] != names) {
      std::this_thread::yield();
    }
    run_postgres(server, "CHECKPOINT");
  };
  synchronous("nobody");
  const auto status = sink->commit(cursors, std::chrono::milliseconds{700});
  synchronous("");
  ASSERT_TRUE(status.delivered());
  ASSERT_EQ(cursors[0].answer, ASSAY_CURSOR_UNKNOWN);
  ASSERT_TRUE(sink->position(cursors).delivered());
  EXPECT_EQ(cursors[0].answer, ASSAY_CURSOR_COMMITTED);
  EXPECT_EQ(store_->one("SELECT count(*) FROM transactions"), "5");
}

TEST_F(PostgresSink, a_call_that_waits_for_a_lock_gives_up_at_its_deadline) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  const auto other = store_->sink();
  std::vector<TestCursor> cursors{moving(claimed, 0, 5)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  std::vector<TestCursor> taken(1);
  const auto status = other->claim(taken, std::chrono::milliseconds{100});
  EXPECT_EQ(status.error_class, ASSAY_CLASS_TRANSIENT);
  EXPECT_EQ(status.code, "57014");
}

// As a process leaves it that was stopped in the midst of a COPY: PostgreSQL waits for more of it,
// and no timeout of its own ends that.
TEST_F(PostgresSink, takes_its_cursors_from_a_session_that_stands_still) {
  const auto before = claimed_by(*store_->sink());
  pqxx::connection stopped(shared_postgres().engine());
  pqxx::work transaction(stopped);
  transaction.exec("SET LOCAL statement_timeout = '1s'");
  transaction.exec("UPDATE assay_cursors SET updated_at = now()");
  pqxx::stream_to copy(transaction, "transactions", std::vector<std::string>{"transaction_id"});
  const auto sink = store_->sink();
  std::vector<TestCursor> cursors(1);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  auto status = sink->claim(cursors);
  while (!status.delivered() && std::chrono::steady_clock::now() < end) {
    EXPECT_EQ(status.error_class, ASSAY_CLASS_TRANSIENT) << status.text;
    status = sink->claim(cursors);
  }
  EXPECT_TRUE(status.delivered()) << status.text;
  EXPECT_GT(cursors[0].epoch, before.epoch);
  EXPECT_ANY_THROW(copy.complete(); transaction.commit()) << "the session has ended";
}

TEST_F(PostgresSink, a_waiting_call_can_be_interrupted) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  const auto other = store_->sink();
  ASSERT_TRUE(other->health().delivered());
  std::vector<TestCursor> cursors{moving(claimed, 0, 5)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  const auto waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
  std::jthread stopper([&] {
    while (ask_postgres(shared_postgres().superuser(), waiting)[0] == "0")
      std::this_thread::yield();
    other->interrupt();
  });
  std::vector<TestCursor> taken(1);
  const auto status = other->claim(taken, seconds{30});
  EXPECT_EQ(status.error_class, ASSAY_CLASS_TRANSIENT);
  EXPECT_THAT(status.text, HasSubstr("interrupted"));
}

TEST_F(PostgresSink, a_lost_connection_is_made_anew) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  end_connections();
  std::vector<TestCursor> cursors{moving(claimed, 0, 5)};
  EXPECT_EQ(sink->begin(cursors).error_class, ASSAY_CLASS_TRANSIENT);
  EXPECT_TRUE(deliver(*sink, claimed, batch_of(0, 5)));
}

TEST_F(PostgresSink, a_server_that_is_not_there_is_an_outage) {
  const auto sink = store_->sink(with("port", "1"));
  EXPECT_EQ(sink->health().error_class, ASSAY_CLASS_TRANSIENT);
}

TEST_F(PostgresSink, a_wrong_password_needs_a_person_and_is_not_repeated) {
  const auto sink = store_->sink(with("password", "mist4ke-in-it"));
  const auto status = sink->health();
  EXPECT_EQ(status.error_class, ASSAY_CLASS_CONFIGURATION);
  EXPECT_EQ(status.code, "28P01");
  EXPECT_THAT(status.text, Not(HasSubstr("mist4ke")));
}

TEST_F(PostgresSink, takes_another_password_and_keeps_what_it_has_claimed) {
  const auto sink = store_->sink();
  const auto claimed = claimed_by(*sink);
  ASSERT_TRUE(deliver(*sink, claimed, batch_of(0, 5)));
  ASSERT_TRUE(sink->renew(with("password", "mist4ke-in-it")));
  std::vector<TestCursor> cursors{moving(claimed, 5, 9)};
  EXPECT_EQ(sink->begin(cursors).code, "28P01") << "what it had no longer counts";
  ASSERT_TRUE(sink->renew(store_->settings()));
  auto next = batch_of(5, 9);
  cursors = {moving(claimed, 5, 9)};
  ASSERT_TRUE(sink->begin(cursors).delivered());
  for (const auto& status : sink->write(next)) EXPECT_TRUE(status.delivered()) << status.text;
  ASSERT_TRUE(sink->commit(cursors).delivered());
  EXPECT_EQ(cursors.at(0).answer, ASSAY_CURSOR_COMMITTED);
  EXPECT_EQ(store_->one("SELECT count(*) FROM transactions"), "9");
}

TEST_F(PostgresSink, keeps_its_settings_where_it_refuses_others) {
  const auto sink = store_->sink();
  EXPECT_FALSE(sink->renew(with("host", "db.example.com")));
  EXPECT_THAT(sink->refusal().message, HasSubstr("sslmode"));
  EXPECT_TRUE(sink->health().delivered());
}

TEST_F(PostgresSink, a_missing_database_needs_a_person) {
  EXPECT_EQ(store_->sink(with("database", "nowhere"))->health().error_class,
            ASSAY_CLASS_CONFIGURATION);
}

TEST_F(PostgresSink, the_engines_role_can_neither_create_nor_read_nor_delete) {
  const auto& engine = shared_postgres().engine();
  for (const auto* forbidden :
       {"CREATE TABLE mine (a int)", "SELECT 1 FROM transactions", "DELETE FROM assay_cursors",
        "UPDATE transactions SET decision = 'approve'", "DROP TABLE transactions"}) {
    EXPECT_ANY_THROW(ask_postgres(engine, forbidden)) << forbidden;
  }
}

TEST_F(PostgresSink, missing_rights_are_named) {
  store_->ask("REVOKE INSERT ON fraud_transactions FROM assay_engine");
  const auto status = store_->sink()->health();
  store_->ask("GRANT INSERT ON fraud_transactions TO assay_engine");
  EXPECT_EQ(status.error_class, ASSAY_CLASS_CONFIGURATION);
  EXPECT_EQ(status.code, "42501");
  EXPECT_THAT(status.text, HasSubstr("INSERT on fraud_transactions"));
}

TEST_F(PostgresSink, tables_that_are_too_old_are_refused_with_advice) {
  store_->ask("DELETE FROM assay_schema_version WHERE version > 1");
  const auto status = store_->sink()->health();
  store_->ask(
      "INSERT INTO assay_schema_version (version, name) VALUES (2, 'views'), (3, 'outbox')");
  EXPECT_EQ(status.error_class, ASSAY_CLASS_CONFIGURATION);
  EXPECT_THAT(status.text, HasSubstr("version 1"));
  EXPECT_THAT(status.text, HasSubstr("assay db migrate"));
}

TEST_F(PostgresSink, a_database_without_tables_is_refused_with_advice) {
  PostgresServer empty;
  PostgresStore store(empty);
  const auto before = store.sink()->health();
  EXPECT_EQ(before.error_class, ASSAY_CLASS_CONFIGURATION);
  EXPECT_THAT(before.text, HasSubstr("assay db migrate"));

  const auto refused = migrate(*store.sink());
  EXPECT_FALSE(refused.done) << "the engine's role must not migrate";
  EXPECT_THAT(refused.text, HasSubstr("administrator.user"));

  const auto printed = print(*store.sink());
  ASSERT_TRUE(printed.done);
  run_postgres(empty.owner(), printed.text);
  const auto after = store.sink()->health();
  EXPECT_TRUE(after.delivered()) << "what print wrote must do: " << after.text;
  const auto again = migrate(*store.sink(store.owner_settings()));
  EXPECT_TRUE(again.done) << again.text;
  EXPECT_THAT(again.text, HasSubstr("have version 3"));
}

// What a build stored that had the schema of version 2, and one with the newest after it.
TEST_F(PostgresSink, tables_of_an_earlier_build_keep_rows_and_cursors_over_a_migration) {
  PostgresServer earlier;
  PostgresStore store(earlier);
  const auto made = migrate(*store.sink(store.owner_settings()), 2);
  ASSERT_TRUE(made.done) << made.text;
  run_postgres(earlier.owner(),
               "INSERT INTO assay_cursors (group_id, step, topic, partition, next_offset, epoch, "
               "cluster, updated_at) VALUES ('assay', 'main.store', 'transactions', 0, 5, 1, "
               "'test-cluster', now()); INSERT INTO transactions (event_time, record_offset, "
               "partition, topic, decision) SELECT now(), n, 0, 'transactions', 'approve' FROM "
               "generate_series(0, 4) AS n");
  const auto moved = migrate(*store.sink(store.owner_settings()));
  ASSERT_TRUE(moved.done) << moved.text;
  const auto sink = store.sink();
  const auto claimed = claimed_by(*sink);
  EXPECT_EQ(claimed.next_offset, 5);
  EXPECT_EQ(claimed.epoch, 2);
  ASSERT_TRUE(deliver(*sink, claimed, batch_of(5, 9)));
  EXPECT_EQ(store.one("SELECT count(DISTINCT record_offset) FROM transactions"), "9");
  EXPECT_EQ(store.one("SELECT count(*) FROM transactions"), "9");
}

TEST_F(PostgresSink, maintenance_moves_rows_into_days_and_detaches_old_ones) {
  constexpr std::int64_t day = 86'400'000'000'000;
  const auto sink = store_->sink(store_->owner_settings());
  const auto claimed = claimed_by(*sink);
  auto batch = batch_of(0, 4);
  const Time now{1'790'000'000'000'000'000};
  batch.rows[3].fields["timestamp"] = Time{now.nanoseconds - 40 * day};
  ASSERT_TRUE(deliver(*sink, claimed, batch));
  assay_maintenance plan{sizeof plan, ASSAY_DRY_RUN, now.nanoseconds, 2 * day, 30 * day};
  EXPECT_THAT(maintain(*sink, plan).text, HasSubstr("would make transactions_p20260921"));
  EXPECT_EQ(store_->one("SELECT count(*) FROM transactions_default"), "4");

  plan.flags = 0;
  const auto said = maintain(*sink, plan);
  ASSERT_TRUE(said.done) << said.text;
  EXPECT_THAT(said.text, HasSubstr("made transactions_p20260921, moved 3 rows"));
  EXPECT_THAT(said.text, HasSubstr("made fraud_transactions_p20260923\n"));
  EXPECT_THAT(said.text, HasSubstr("DROP TABLE transactions_p20260812;"));
  EXPECT_EQ(store_->one("SELECT count(*) FROM transactions_default"), "0");
  EXPECT_EQ(store_->one("SELECT count(*) FROM transactions"), "3");
  EXPECT_EQ(store_->one("SELECT count(*) FROM transactions_p20260812"), "1");

  EXPECT_THAT(maintain(*sink, plan).text, IsEmpty()) << "nothing is left to do";
  EXPECT_TRUE(deliver(*sink, claimed, batch_of(4, 8))) << "the engine writes into what was made";
  EXPECT_EQ(store_->one("SELECT count(*) FROM transactions_default"), "0");
}

TEST_F(PostgresSink, no_card_number_is_anywhere) {
  const auto sink = store_->sink();
  for (const auto& name : sink->bound(ASSAY_DECISION)) EXPECT_NE(name, "card_number");
  EXPECT_THAT(store_->ask("SELECT column_name FROM information_schema.columns WHERE column_name "
                          "LIKE '%card%' AND table_name = 'transactions' ORDER BY 1"),
              ElementsAre("card_bin", "card_key_id", "card_last4", "card_token"));
  EXPECT_THAT(store_->ask("SELECT table_name FROM information_schema.columns WHERE table_schema = "
                          "'assay_api' AND column_name = 'card_token'"),
              ElementsAre("v_card_tokens"));
}

TEST_F(PostgresSink, less_than_full_verification_of_another_host_is_refused) {
  const auto create = [](Settings settings) {
    settings.insert(settings.end(), {{"database", "a"}, {"user", "b"}, {"sslrootcert", "ca.pem"}});
    SinkDriver sink(PostgresStore(shared_postgres()).library(), settings);
    return sink.create() ? std::string() : sink.refusal().message + "; " + sink.refusal().help;
  };
  EXPECT_THAT(create({{"host", "db.example.org"}}), IsEmpty());
  EXPECT_THAT(create({{"host", "db.example.org"}, {"sslmode", "require"}}),
              HasSubstr("allow_insecure_tls"));
  EXPECT_THAT(
      create({{"host", "db.example.org"}, {"sslmode", "require"}, {"allow_insecure_tls", "true"}}),
      IsEmpty());
  EXPECT_THAT(create({{"host", "localhost"}, {"sslmode", "disable"}}), IsEmpty());
}

TEST(PostgresSinkWithTls, verifies_the_server_and_refuses_another_authority) {
  if (const auto why = PostgresServer::unavailable()) GTEST_SKIP() << *why;
  PostgresOptions options;
  options.tls = true;
  PostgresServer server(options);
  PostgresServer stranger(options);
  PostgresStore store(server);
  auto settings = store.owner_settings();
  settings.emplace_back("sslmode", "verify-full");
  auto wrong = settings;
  settings.emplace_back("sslrootcert", server.ca().string());
  wrong.emplace_back("sslrootcert", stranger.ca().string());
  const auto said = migrate(*store.sink(settings));
  ASSERT_TRUE(said.done) << said.text;
  const auto trusted = store.sink(settings)->health();
  EXPECT_TRUE(trusted.delivered()) << trusted.text;
  const auto refused = store.sink(wrong)->health();
  EXPECT_EQ(refused.error_class, ASSAY_CLASS_CONFIGURATION) << refused.text;
  EXPECT_THAT(refused.text, HasSubstr("certificate"));
}

TEST(PostgresSinkOverRestarts, goes_on_when_the_server_comes_back) {
  if (const auto why = PostgresServer::unavailable()) GTEST_SKIP() << *why;
  PostgresServer server;
  PostgresStore store(server);
  const auto said = migrate(*store.sink(store.owner_settings()));
  ASSERT_TRUE(said.done) << said.text;
  const auto sink = store.sink();
  const auto claimed = claimed_by(*sink);
  ASSERT_TRUE(deliver(*sink, claimed, batch_of(0, 5)));
  server.kill();
  std::vector<TestCursor> cursors{moving(claimed, 5, 9)};
  EXPECT_EQ(sink->begin(cursors).error_class, ASSAY_CLASS_TRANSIENT);
  EXPECT_EQ(sink->begin(cursors).error_class, ASSAY_CLASS_TRANSIENT);
  server.start_again();
  EXPECT_TRUE(deliver(*sink, claimed, batch_of(5, 9)));
  EXPECT_EQ(store.one("SELECT count(*) FROM transactions"), "9");
}

}  // namespace
}  // namespace assay::testing::sinks
