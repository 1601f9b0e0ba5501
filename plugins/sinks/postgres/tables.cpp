#include "plugins/sinks/postgres/tables.hpp"

#include <pqxx/pqxx>
#include <string>

#include "plugins/sinks/postgres/administration.hpp"
#include "plugins/sinks/sql/migration.hpp"

namespace assay::postgres {
namespace {

constexpr const char* version_table =
    "CREATE TABLE IF NOT EXISTS assay_schema_version (\n"
    "  version    bigint PRIMARY KEY,\n"
    "  name       text NOT NULL,\n"
    "  applied_at timestamptz NOT NULL DEFAULT now()\n"
    ");\n";

std::string record_of(const sql::Migration& migration) {
  return "INSERT INTO assay_schema_version (version, name) VALUES (" +
         std::to_string(migration.version) + ", '" + std::string(migration.name) + "');\n";
}

std::string quoted_name(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

// The engine may store, move cursors and empty its outbox, nothing else; it cannot read back what
// it stored.
std::string engine_grants(const std::string& role) {
  const auto to = " TO " + quoted_name(role) + ";\n";
  return "GRANT USAGE ON SCHEMA public" + to +
         "GRANT INSERT ON transactions, fraud_transactions, shadow_hits" + to +
         "GRANT SELECT, INSERT, UPDATE ON assay_cursors, account_holders" + to +
         "GRANT SELECT, INSERT, UPDATE, DELETE ON assay_outbox" + to +
         "GRANT SELECT, INSERT ON assay_configs" + to + "GRANT SELECT ON assay_schema_version" + to;
}

// Views only, and not the one that shows card tokens: grant assay_api.v_card_tokens by hand to a
// role that has a reason.
std::string analyst_grants(const std::string& role) {
  const auto to = " TO " + quoted_name(role) + ";\n";
  return "GRANT USAGE ON SCHEMA assay_api" + to +
         "GRANT SELECT ON assay_api.v_decisions, assay_api.v_alert_queue, "
         "assay_api.v_shadow_hits, assay_api.v_rule_daily, assay_api.v_repeated_ids" +
         to;
}

std::int64_t current_version(pqxx::transaction_base& transaction) {
  const auto table = transaction.exec1("SELECT to_regclass('public.assay_schema_version')");
  if (table[0].is_null()) return 0;
  return transaction.exec1("SELECT coalesce(max(version), 0) FROM assay_schema_version")[0]
      .as<std::int64_t>();
}

void grant(pqxx::connection& connection, const std::string& role, const std::string& grants,
           const TextStream& stream) {
  if (role.empty()) return;
  pqxx::work work(connection);
  const auto known =
      work.exec_params("SELECT current_user = $1 FROM pg_roles WHERE rolname = $1", role);
  if (known.empty()) {
    stream << "no role " << role << " yet: create it and run this again for its grants\n";
    return;
  }
  if (known[0][0].as<bool>()) return;  // the owner of the tables needs no grant
  work.exec(grants);
  work.commit();
  stream << "granted to " << role << "\n";
}

}  // namespace

std::int64_t newest_version() { return sql::migrations().back().version; }

DatabaseStatus status_of_tables(const Settings& settings, Deadline deadline) {
  DatabaseStatus status{sizeof(DatabaseStatus), 0, 0, oldest_version, newest_version()};
  administer(settings, deadline, [&](pqxx::connection& connection) {
    pqxx::read_transaction transaction(connection);
    status.current = current_version(transaction);
  });
  return status;
}

void print_migrations(const Settings& settings, std::int64_t from, std::int64_t to,
                      const TextStream& stream) {
  stream << "SET search_path = public;\n";
  for (const auto& migration : sql::migrations()) {
    if (migration.version <= from || (to != ASSAY_NEWEST && migration.version > to)) continue;
    stream << "\n-- version " << std::to_string(migration.version) << ": " << migration.name
           << "\nBEGIN;\n"
           << (migration.version == 1 ? version_table : "") << migration.statements
           << record_of(migration) << "COMMIT;\n";
  }
  stream << "\n-- The role that the engine runs with.\n" << engine_grants(settings.engine_role);
  if (!settings.analyst_role.empty()) {
    stream << "\n-- Who reads.\n" << analyst_grants(settings.analyst_role);
  }
}

void migrate(const Settings& settings, std::int64_t to, Deadline deadline,
             const TextStream& stream) {
  administer_alone(settings, deadline, [&](pqxx::connection& connection) {
    std::int64_t current = 0;
    {
      pqxx::work work(connection);
      work.exec(version_table);
      current = current_version(work);
      work.commit();
    }
    if (current > newest_version()) {
      throw Refusal("the tables have version " + std::to_string(current) +
                    ", this build knows up to " + std::to_string(newest_version()))
          .advise("use the newer build of assay that made them");
    }
    for (const auto& migration : sql::migrations()) {
      if (migration.version <= current || (to != ASSAY_NEWEST && migration.version > to)) continue;
      pqxx::work work(connection);
      work.exec(std::string(migration.statements));
      work.exec(record_of(migration));
      work.commit();
      current = migration.version;
      stream << "applied version " << std::to_string(current) << ": " << migration.name << "\n";
    }
    if (current >= oldest_version) {
      grant(connection, settings.engine_role, engine_grants(settings.engine_role), stream);
      grant(connection, settings.analyst_role, analyst_grants(settings.analyst_role), stream);
    }
    stream << "the tables have version " << std::to_string(current) << "\n";
  });
}

}  // namespace assay::postgres
