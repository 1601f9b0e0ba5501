#include "tests/plugins/sinks/sql/postgres_store.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <pqxx/pqxx>

namespace assay::testing::sinks {

std::string password_in(const std::filesystem::path& file) {
  std::string password;
  std::ifstream(file) >> password;
  return password;
}

std::vector<std::string> ask_postgres(const std::string& connection, const std::string& query) {
  pqxx::connection database(connection);
  pqxx::work work(database);
  std::vector<std::string> rows;
  for (const auto& row : work.exec(query)) {
    std::string text;
    for (const auto& field : row) {
      if (field.num() > 0) text += '|';
      text += field.c_str();
    }
    rows.push_back(text);
  }
  work.commit();
  return rows;
}

void run_postgres(const std::string& connection, const std::string& statements) {
  pqxx::connection database(connection);
  pqxx::nontransaction(database).exec(statements);
}

// Another than the build has where a test is to see it broken.
std::string PostgresStore::library() const {
  const auto* other = std::getenv("ASSAY_POSTGRES_SINK");
  return other ? other : ASSAY_POSTGRES_SINK;
}

Settings PostgresStore::settings() const {
  Settings settings{{"host", server_.host()},
                    {"port", server_.port()},
                    {"database", server_.database()},
                    {"user", "assay_engine"},
                    {"password", password_in(server_.engine_password_file())}};
  return settings;
}

Settings PostgresStore::owner_settings() const {
  auto all = settings();
  all.emplace_back("administrator.user", "assay_owner");
  all.emplace_back("administrator.password", password_in(server_.owner_password_file()));
  return all;
}

std::vector<std::string> PostgresStore::ask(const std::string& query) {
  return ask_postgres(server_.owner(), query);
}

void PostgresStore::clear() {
  ask("TRUNCATE transactions, fraud_transactions, shadow_hits, account_holders, assay_cursors, "
      "assay_configs, assay_outbox");
}

PostgresServer& shared_postgres() {
  static PostgresServer server;
  static const auto migrated = [] {
    PostgresStore store(server);
    const auto sink = store.sink(store.owner_settings());
    const auto said = migrate(*sink);
    EXPECT_TRUE(said.done) << said.text;
    return said.done;
  }();
  EXPECT_TRUE(migrated);
  return server;
}

std::unique_ptr<Store> postgres_store() {
  return std::make_unique<PostgresStore>(shared_postgres());
}

}  // namespace assay::testing::sinks
