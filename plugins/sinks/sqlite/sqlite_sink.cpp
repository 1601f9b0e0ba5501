// Stores the same tables as the PostgreSQL sink in one file, exactly once: for a demonstration, a
// test, a small installation.
//
// It needs no administrator: the tables are made when the file is first opened. An error ends the
// transaction at once, so whatever the host does next starts clean.
#include <unistd.h>

#include <assay/sink.hpp>
#include <filesystem>

#include "plugins/sinks/sql/cursor_judgement.hpp"
#include "plugins/sinks/sql/json.hpp"
#include "plugins/sinks/sql/migration.hpp"
#include "plugins/sinks/sqlite/cursor_table.hpp"
#include "plugins/sinks/sqlite/database.hpp"
#include "plugins/sinks/sqlite/explanation.hpp"
#include "plugins/sinks/sqlite/rows.hpp"

namespace {

using assay::Cursor;
using assay::Deadline;
using assay::Failure;
namespace sql = assay::sql;
namespace sqlite = assay::sqlite;

class SqliteSink {
 public:
  static constexpr const char* schema = R"json({
    "type": "object",
    "additionalProperties": false,
    "required": ["file"],
    "properties": {
      "file": {"type": "string", "format": "path", "description": "made where it does not exist"}
    }
  })json";

  SqliteSink(const assay::Config& config, const assay::Host& host)
      : host_(host), database_(std::string(config.path("file", ""))) {}

  bool bind(assay::RecordKind kind, assay::Binder& binder) {
    if (kind == assay::RecordKind::decision) {
      rows_.decision.bind(binder);
    } else if (kind == assay::RecordKind::holder) {
      rows_.holder.bind(binder);
    }
    return kind == assay::RecordKind::decision || kind == assay::RecordKind::holder;
  }

  void claim(std::span<Cursor> cursors, Deadline deadline) {
    call(deadline, [&] {
      database_.execute("BEGIN IMMEDIATE");
      for (auto& cursor : cursors) claim(cursor);
      database_.execute("COMMIT");
      for (auto& cursor : cursors) fresh_.claimed(cursor);
    });
  }

  void begin(std::span<Cursor> cursors, Deadline deadline) {
    call(deadline, [&] {
      record_configuration();
      database_.execute("BEGIN IMMEDIATE");
      auto moved = true;
      for (auto& cursor : cursors) {
        cursor.answer = 0;
        moved = move(cursor) && moved;
      }
      if (moved) {
        in_transaction_ = true;
        return;
      }
      database_.execute("ROLLBACK");
      judge(cursors);
    });
  }

  void write(const assay::Records& records, Deadline deadline, assay::Statuses&) {
    if (!in_transaction_) throw Failure::transient("no-transaction", "the transaction is over");
    call(deadline, [&] { rows_.store(records); });
  }

  void commit(std::span<Cursor> cursors, Deadline deadline) {
    if (!in_transaction_) throw Failure::transient("no-transaction", "the transaction is over");
    call(deadline, [&] { database_.execute("COMMIT"); });
    in_transaction_ = false;
    for (auto& cursor : cursors) {
      cursor.answer = ASSAY_CURSOR_COMMITTED;
      fresh_.committed(cursor);
    }
  }

  void abort() { end_transaction(); }

  void position(std::span<Cursor> cursors, Deadline deadline) {
    call(deadline, [&] {
      judge(cursors);
      sql::resolve(cursors);
    });
  }

  // Makes no file: who only asks, as `assay validate` does, changes nothing.
  void health(Deadline deadline) {
    if (!database_.is_open() && could_be_made()) return;
    call(deadline, [&] { check_version(version()); });
  }

  void interrupt() { database_.interrupt(); }

  assay::DatabaseStatus database_status(Deadline deadline) {
    assay::DatabaseStatus status{sizeof status, 0, 0, newest(), newest()};
    call(deadline, [&] { status.current = version(); });
    return status;
  }
  void database_print(std::int64_t from, std::int64_t to, const assay::TextStream& stream) {
    for (const auto& migration : sql::migrations()) {
      if (migration.version <= from || (to != ASSAY_NEWEST && migration.version > to)) continue;
      stream << "-- version " << std::to_string(migration.version) << ": " << migration.name << "\n"
             << migration.statements;
    }
  }
  void database_migrate(std::int64_t, Deadline deadline, const assay::TextStream& stream) {
    call(deadline,
         [&] { stream << "the tables have version " << std::to_string(version()) << "\n"; });
  }
  void database_maintain(const assay::Maintenance&, Deadline, const assay::TextStream& stream) {
    stream << "nothing to maintain: a SQLite store has no partitions\n";
  }
  void database_explain(std::string_view transaction_id, Deadline deadline,
                        const assay::TextStream& stream) {
    // Where there is no file yet, none is made for the question.
    if (!std::filesystem::exists(database_.file())) {
      throw Failure::configuration("no-file", "there is no file " + database_.file() +
                                                  ": nothing has been stored in it yet");
    }
    call(deadline, [&] { sqlite::explain(database_, transaction_id, stream); });
  }
  void database_cursors(std::string_view group, Deadline deadline,
                        const assay::TextStream& stream) {
    call(deadline, [&] { sqlite::print_cursors(database_, group, stream); });
  }
  void database_set_cursor(const Cursor& cursor, Deadline deadline) {
    call(deadline, [&] { sqlite::set_cursor(database_, cursor); });
  }

 private:
  static std::int64_t newest() { return sql::migrations().back().version; }

  template <class Body>
  void call(Deadline deadline, Body&& body) {
    try {
      if (!database_.is_open()) open(deadline);
      database_.wait_until(deadline);
      body();
    } catch (...) {
      end_transaction();
      throw;
    }
  }

  bool could_be_made() const {
    const auto folder = std::filesystem::absolute(database_.file()).parent_path();
    return !std::filesystem::exists(database_.file()) && ::access(folder.c_str(), W_OK | X_OK) == 0;
  }

  void open(Deadline deadline) {
    in_transaction_ = false;
    database_.open(deadline);
    try {
      migrate();
      rows_.prepare(database_);
    } catch (...) {
      rows_.forget();
      database_.close();
      throw;
    }
  }

  void end_transaction() {
    in_transaction_ = false;
    if (!database_.is_open()) return;
    try {
      database_.execute("ROLLBACK");
    } catch (const Failure&) {
      // There was none.
    }
  }

  void migrate() {
    database_.execute(
        "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS assay_schema_version (version INTEGER PRIMARY "
        "KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL DEFAULT (datetime()))");
    const auto current = version();
    check_version(current);
    for (const auto& migration : sql::migrations()) {
      if (migration.version <= current) continue;
      database_.execute(std::string(migration.statements).c_str());
      database_.prepare("INSERT INTO assay_schema_version (version, name) VALUES (?, ?)")
          .add(migration.version)
          .add(migration.name)
          .run();
    }
    database_.execute("COMMIT");
  }

  std::int64_t version() {
    auto query = database_.prepare("SELECT max(version) FROM assay_schema_version");
    query.step();
    return query.number(0).value_or(0);
  }

  void check_version(std::int64_t found) const {
    if (found <= newest()) return;
    throw Failure::configuration(
        "schema_version", "the tables in " + database_.file() + " have version " +
                              std::to_string(found) + ", this build knows up to " +
                              std::to_string(newest()) + ": use the build of assay that made them");
  }

  static assay::sqlite::Statement& add_key(assay::sqlite::Statement& statement,
                                           const Cursor& cursor) {
    using assay::detail::from_c;
    return statement.add(from_c(cursor.group))
        .add(from_c(cursor.step))
        .add(from_c(cursor.topic))
        .add(std::int64_t{cursor.partition});
  }

  void claim(Cursor& cursor) {
    auto take = database_.prepare(
        "INSERT INTO assay_cursors (group_id, step, topic, partition, cluster, epoch, updated_at) "
        "VALUES (?, ?, ?, ?, ?, 1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) ON CONFLICT DO UPDATE "
        "SET epoch = epoch + 1, cluster = excluded.cluster, updated_at = excluded.updated_at WHERE "
        "cluster IN ('', excluded.cluster) OR excluded.cluster = '' RETURNING epoch, next_offset");
    add_key(take, cursor).add(assay::detail::from_c(cursor.cluster));
    if (!take.step()) {
      throw Failure::configuration("cluster",
                                   "a cursor of this group belongs to another Kafka cluster: give "
                                   "this deployment a consumer group of its own, or forget the "
                                   "cursor with `assay cursor`");
    }
    cursor.epoch = take.number(0).value_or(0);
    cursor.next_offset = take.number(1).value_or(ASSAY_NO_OFFSET);
    cursor.answer = ASSAY_CURSOR_COMMITTED;
  }

  bool move(const Cursor& cursor) {
    auto update = database_.prepare(
        "UPDATE assay_cursors SET next_offset = ?5, updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', "
        "'now') WHERE group_id = ?1 AND step = ?2 AND topic = ?3 AND partition = ?4 AND epoch = ?6 "
        "AND (next_offset = ?7 OR (next_offset IS NULL AND ?8))");
    return add_key(update, cursor)
               .add(cursor.next_offset)
               .add(cursor.epoch)
               .add(cursor.from_offset)
               .add(std::int64_t{fresh_.contains(cursor)})
               .run() == 1;
  }

  void judge(std::span<Cursor> cursors) {
    for (auto& cursor : cursors) {
      auto query = database_.prepare(
          "SELECT epoch, next_offset FROM assay_cursors WHERE group_id = ? AND step = ? AND topic "
          "= ? AND partition = ?");
      sql::Standing found;
      if (add_key(query, cursor).step()) {
        found = {query.number(0).value_or(0), query.number(1).value_or(ASSAY_NO_OFFSET)};
      }
      query.reset();
      if (!sql::judge(cursor, found, fresh_.contains(cursor))) continue;
      auto restore = database_.prepare(
          "INSERT INTO assay_cursors (group_id, step, topic, partition, cluster, epoch, "
          "updated_at) VALUES (?, ?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) ON "
          "CONFLICT DO UPDATE SET epoch = excluded.epoch WHERE epoch < excluded.epoch");
      add_key(restore, cursor).add(assay::detail::from_c(cursor.cluster)).add(cursor.epoch).run();
    }
  }

  void record_configuration() {
    const auto hash = host_.config_hash();
    if (hash.empty() || hash == recorded_configuration_) return;
    database_
        .prepare(
            "INSERT OR IGNORE INTO assay_configs (hash, configuration, engine_version) VALUES (?, "
            "?, ?)")
        .add(hash)
        .add(host_.configuration())
        .add(host_.engine_version())
        .run();
    recorded_configuration_ = hash;
  }

  assay::Host host_;
  sqlite::Database database_;
  sqlite::Rows rows_;
  sql::FreshCursors fresh_;
  std::string recorded_configuration_;
  bool in_transaction_ = false;
};

}  // namespace

ASSAY_SINK(SqliteSink, "sqlite", "1.0.0")
