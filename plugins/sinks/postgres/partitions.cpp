#include "plugins/sinks/postgres/partitions.hpp"

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "plugins/sinks/postgres/administration.hpp"

namespace assay::postgres {
namespace {

constexpr std::int64_t second = 1'000'000'000;

// A day as PostgreSQL writes it, e.g. 2026-11-23.
using Day = std::string;

std::string partition_name(const std::string& table, Day day) {
  for (auto at = day.find('-'); at != std::string::npos; at = day.find('-')) day.erase(at, 1);
  return table + "_p" + day;
}

std::string timestamp(std::int64_t nanoseconds) {
  return "to_timestamp(" + std::to_string(nanoseconds / second) + ")";
}

// The days that need a partition: from now to now + ahead, and whatever the default one caught.
std::vector<Day> days_without_partition(pqxx::connection& connection, const std::string& table,
                                        const Maintenance& plan) {
  pqxx::read_transaction transaction(connection);
  const auto wanted = transaction.exec(
      "SELECT day::date::text FROM (SELECT generate_series(date_trunc('day', " +
      timestamp(plan.now) + "), " + timestamp(plan.now + plan.ahead) +
      ", '1 day') AS day UNION SELECT DISTINCT date_trunc('day', event_time) FROM " + table +
      "_default) days WHERE to_regclass('public." + table +
      "_p' || to_char(day, 'YYYYMMDD')) IS NULL ORDER BY 1");
  std::vector<Day> days;
  for (const auto& row : wanted) days.push_back(row[0].as<std::string>());
  return days;
}

void make_partition(pqxx::connection& connection, const std::string& table, const Day& day,
                    const TextStream& stream) {
  const auto name = partition_name(table, day);
  const auto bounds = "'" + day + " 00:00:00+00' AND event_time < '" + day +
                      " 00:00:00+00'::timestamptz + interval '1 day'";
  pqxx::work work(connection);
  // Nothing may arrive between the move and the attachment, and nobody may wait long for us.
  work.exec("SET LOCAL lock_timeout = '10s'");
  work.exec("LOCK TABLE " + table + "_default IN ACCESS EXCLUSIVE MODE");
  work.exec("CREATE TABLE " + name + " (LIKE " + table + " INCLUDING DEFAULTS)");
  const auto moved =
      work.exec("WITH moved AS (DELETE FROM " + table + "_default WHERE event_time >= " + bounds +
                " RETURNING *) INSERT INTO " + name + " SELECT * FROM moved");
  const auto next = work.exec1("SELECT ('" + day + "'::date + 1)::text")[0].as<std::string>();
  work.exec("ALTER TABLE " + table + " ATTACH PARTITION " + name + " FOR VALUES FROM ('" + day +
            " 00:00:00+00') TO ('" + next + " 00:00:00+00')");
  work.commit();
  stream << "made " << name;
  if (moved.affected_rows() > 0) {
    stream << ", moved " << std::to_string(moved.affected_rows()) << " rows into it";
  }
  stream << "\n";
}

std::vector<std::string> expired(pqxx::connection& connection, const std::string& table,
                                 const Maintenance& plan) {
  if (plan.retention <= 0) return {};
  pqxx::read_transaction transaction(connection);
  const auto old = transaction.exec(
      "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'public." + table +
      "'::regclass AND inhrelid::regclass::text ~ '_p[0-9]{8}$' AND "
      "to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD') + interval '1 day' <= " +
      timestamp(plan.now - plan.retention) + " ORDER BY 1");
  std::vector<std::string> names;
  for (const auto& row : old) names.push_back(row[0].as<std::string>());
  return names;
}

void detach(pqxx::connection& connection, const std::string& table, const std::string& name,
            const TextStream& stream) {
  pqxx::work work(connection);
  work.exec("SET LOCAL lock_timeout = '10s'");
  work.exec("ALTER TABLE " + table + " DETACH PARTITION " + name);
  work.commit();
  stream << "detached " << name << "; when nobody needs it: DROP TABLE " << name << ";\n";
}

}  // namespace

void maintain(const Settings& settings, const Maintenance& plan, Deadline deadline,
              const TextStream& stream) {
  const auto dry_run = (plan.flags & ASSAY_DRY_RUN) != 0;
  administer_alone(settings, deadline, [&](pqxx::connection& connection) {
    for (const std::string table : {"transactions", "fraud_transactions", "shadow_hits"}) {
      for (const auto& day : days_without_partition(connection, table, plan)) {
        if (dry_run) {
          stream << "would make " << partition_name(table, day) << "\n";
        } else {
          make_partition(connection, table, day, stream);
        }
      }
      for (const auto& name : expired(connection, table, plan)) {
        if (dry_run) {
          stream << "would detach " << name << "\n";
        } else {
          detach(connection, table, name, stream);
        }
      }
    }
  });
}

}  // namespace assay::postgres
