// The PostgreSQL store of the tests: one throw-away server for the whole program.
#pragma once

#include <string>

#include "tests/plugins/sinks/sql/store.hpp"
#include "tests/support/servers/postgres_server.hpp"

namespace assay::testing::sinks {

std::string password_in(const std::filesystem::path& file);
// In a transaction of its own; rows as in Store::ask.
std::vector<std::string> ask_postgres(const std::string& connection, const std::string& query);
// Any statements, also those that want no transaction around them.
void run_postgres(const std::string& connection, const std::string& statements);

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(PostgresServer& server) : server_(server) {}

  std::string library() const override;
  Settings settings() const override;
  // The same with the owner as administrator.
  Settings owner_settings() const override;
  std::vector<std::string> ask(const std::string& query) override;
  void clear() override;

 private:
  PostgresServer& server_;
};

// Started on first use, migrated; ends with the program.
PostgresServer& shared_postgres();

}  // namespace assay::testing::sinks
