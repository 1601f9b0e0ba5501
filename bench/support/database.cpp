#include "bench/support/database.hpp"

#include <assay/database.h>
#include <libpq-fe.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "bench/support/deployment.hpp"
#include "core/model/plugin_error.hpp"

namespace assay::bench {
namespace {

using Connection = std::unique_ptr<PGconn, void (*)(PGconn*)>;
using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

constexpr std::int64_t kPatience = 30'000'000'000;  // nanoseconds

Result answer_of(const std::string& database, const std::string& statements) {
  const Connection connection(PQconnectdb(database.c_str()), &PQfinish);
  Result result(PQexec(connection.get(), statements.c_str()), &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    std::fprintf(stderr, "%s: %s\n", statements.c_str(), PQerrorMessage(connection.get()));
    std::exit(1);
  }
  return result;
}

}  // namespace

Database::Database(const testing::PostgresOptions& options) : server_(options) {
  std::filesystem::copy_file(server_.engine_password_file(), folder_ / "engine.password");
  std::filesystem::copy_file(server_.owner_password_file(), folder_ / "owner.password");
}

std::string Database::sink(const std::string& more) const {
  const auto password = [&](const char* file) {
    return "\"${file:" + (folder_ / file).string() + "}\"";
  };
  return "  db:\n    use: postgres\n    config:\n      host: " + server_.host() +
         "\n      port: " + server_.port() + "\n      database: " + server_.database() +
         "\n      user: assay_engine\n      password: " + password("engine.password") +
         "\n      administrator: { user: assay_owner, password: " + password("owner.password") +
         " }\n" + more;
}

void Database::migrate(const std::string& configuration) {
  Deployment deployment(configuration);
  const auto& sink = *deployment.assembly().sinks().front().front();
  const auto* database = sink.plugin().interface<assay_database_api>(ASSAY_DATABASE_ID);
  const assay_text_stream silent{
      sizeof(assay_text_stream), 0,
      [](const assay_text_stream*, assay_text) -> assay_status { return ASSAY_OK; }};
  assay_error error;
  if (database->migrate(sink.sink(), ASSAY_NEWEST, kPatience, &silent, &error) != ASSAY_OK) {
    std::fprintf(stderr, "the tables could not be made: %s\n", error.message.c_str());
    std::exit(1);
  }
}

void Database::clear() const {
  run("TRUNCATE transactions, fraud_transactions, assay_cursors");
  answer_of(server_.superuser(), "CHECKPOINT");
}

void Database::run(const std::string& statements) const { answer_of(owner(), statements); }

std::vector<std::string> Database::ask(const std::string& query) const {
  const auto result = answer_of(owner(), query);
  std::vector<std::string> row;
  for (int i = 0; PQntuples(result.get()) > 0 && i < PQnfields(result.get()); ++i) {
    row.emplace_back(PQgetvalue(result.get(), 0, i));
  }
  return row;
}

std::uint64_t Database::rows() const {
  return std::stoull(ask("SELECT count(*) FROM transactions").at(0));
}

}  // namespace assay::bench
