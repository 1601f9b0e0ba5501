// Stores transactions, frauds, shadow hits and account holders in PostgreSQL, exactly once.
//
// Rows and cursors go in one transaction: begin moves the cursors by compare and set, each write
// copies its batch, commit makes both durable or neither. An error ends the transaction at once, so
// whatever the host does next starts clean.
#include <assay/sink.hpp>

#include "plugins/sinks/postgres/cursor_table.hpp"
#include "plugins/sinks/postgres/cursors.hpp"
#include "plugins/sinks/postgres/explanation.hpp"
#include "plugins/sinks/postgres/outbox.hpp"
#include "plugins/sinks/postgres/outbox_table.hpp"
#include "plugins/sinks/postgres/partitions.hpp"
#include "plugins/sinks/postgres/rows.hpp"
#include "plugins/sinks/postgres/tables.hpp"

namespace {

using assay::Cursor;
using assay::Deadline;
using assay::Failure;
namespace postgres = assay::postgres;

constexpr std::string_view read_only_state = "25006";

class PostgresSink {
 public:
  static constexpr const char* schema = postgres::settings_schema;

  PostgresSink(const assay::Config& config, const assay::Host& host)
      : settings_(config), host_(host), connection_(settings_), cursors_(host) {}

  bool bind(assay::RecordKind kind, assay::Binder& binder) {
    if (kind == assay::RecordKind::decision) {
      rows_.decision.bind(binder);
    } else if (kind == assay::RecordKind::holder) {
      rows_.holder.bind(binder);
    }
    return kind == assay::RecordKind::decision || kind == assay::RecordKind::holder;
  }

  void claim(std::span<Cursor> cursors, Deadline deadline) {
    call(deadline, [&] { cursors_.claim(connection_, cursors, deadline); });
  }

  void begin(std::span<Cursor> cursors, Deadline deadline) {
    call(deadline, [&] {
      record_configuration(deadline);
      in_transaction_ = cursors_.begin(connection_, cursors, deadline);
    });
  }

  void write(const assay::Records& records, Deadline deadline, assay::Statuses&) {
    if (!in_transaction_) throw Failure::transient("25P01", "the transaction is over: begin again");
    call(deadline, [&] { rows_.store(connection_, records, deadline); });
  }

  void commit(std::span<Cursor> cursors, Deadline deadline) {
    if (!in_transaction_) throw Failure::transient("25P01", "the transaction is over: begin again");
    in_transaction_ = false;
    try {
      const auto done = connection_.execute("COMMIT", deadline);
      if (done.command() != "COMMIT") {
        throw Failure::transient("40000", "PostgreSQL rolled the transaction back");
      }
    } catch (const postgres::ServerError& error) {
      // The server refused and still talks to us: nothing is stored.
      if (connection_.is_open()) throw error.as_failure();
      answer(cursors, ASSAY_CURSOR_UNKNOWN);
      return;
    } catch (const Failure&) {
      if (connection_.is_open()) throw;
      answer(cursors, ASSAY_CURSOR_UNKNOWN);
      return;
    }
    answer(cursors, ASSAY_CURSOR_COMMITTED);
    cursors_.committed(cursors);
  }

  void abort() {
    if (in_transaction_) end_transaction(Deadline(assay::Duration(assay::seconds{5}).count()));
  }

  void position(std::span<Cursor> cursors, Deadline deadline) {
    call(deadline, [&] { cursors_.position(connection_, cursors, deadline); });
  }

  void outbox_store(std::span<const assay::OutboxRecord> records, Deadline deadline) {
    if (!in_transaction_) throw Failure::transient("25P01", "the transaction is over: begin again");
    call(deadline, [&] { postgres::store_in_outbox(connection_, records, deadline); });
  }
  void outbox_take(assay::OutboxOrder& order, const assay::OutboxTaker& taker, Deadline deadline) {
    call(deadline, [&] { postgres::take_from_outbox(connection_, order, taker, deadline); });
  }
  void outbox_settle(std::span<const assay::OutboxOutcome> outcomes, Deadline deadline) {
    call(deadline, [&] { postgres::settle_in_outbox(connection_, outcomes, deadline); });
  }
  std::uint64_t outbox_forget(std::string_view group, std::string_view step, assay::Duration keep,
                              Deadline deadline) {
    std::uint64_t deleted = 0;
    call(deadline,
         [&] { deleted = postgres::forget_in_outbox(connection_, group, step, keep, deadline); });
    return deleted;
  }
  assay::OutboxCounts outbox_count(std::string_view group, std::string_view step,
                                   Deadline deadline) {
    assay::OutboxCounts counts{};
    call(deadline, [&] { counts = postgres::count_outbox(connection_, group, step, deadline); });
    return counts;
  }
  void outbox_list(const assay::OutboxFilter& filter, Deadline deadline,
                   const assay::TextStream& stream) {
    postgres::list_outbox(settings_, filter, deadline, stream);
  }
  std::uint64_t outbox_retry(const assay::OutboxFilter& filter, Deadline deadline) {
    return postgres::retry_outbox(settings_, filter, deadline);
  }
  std::uint64_t outbox_drop(const assay::OutboxFilter& filter, Deadline deadline) {
    return postgres::drop_from_outbox(settings_, filter, deadline);
  }

  void health(Deadline deadline) {
    call(deadline, [&] {
      check_tables(deadline);
      check_rights(deadline);
    });
  }

  void interrupt() { connection_.interrupt(); }

  void renew(const assay::Config& config) {
    auto settings = postgres::Settings(config);
    connection_.close();
    settings_ = std::move(settings);
  }

  assay::DatabaseStatus database_status(Deadline deadline) {
    return postgres::status_of_tables(settings_, deadline);
  }
  void database_print(std::int64_t from, std::int64_t to, const assay::TextStream& stream) {
    postgres::print_migrations(settings_, from, to, stream);
  }
  void database_migrate(std::int64_t to, Deadline deadline, const assay::TextStream& stream) {
    postgres::migrate(settings_, to, deadline, stream);
  }
  void database_maintain(const assay::Maintenance& plan, Deadline deadline,
                         const assay::TextStream& stream) {
    postgres::maintain(settings_, plan, deadline, stream);
  }
  void database_explain(std::string_view transaction_id, Deadline deadline,
                        const assay::TextStream& stream) {
    postgres::explain(settings_, transaction_id, deadline, stream);
  }
  void database_cursors(std::string_view group, Deadline deadline,
                        const assay::TextStream& stream) {
    postgres::print_cursors(settings_, group, deadline, stream);
  }
  void database_set_cursor(const Cursor& cursor, Deadline deadline) {
    postgres::set_cursor(settings_, cursor, deadline);
  }

 private:
  // Connects where needed. After any failure no transaction is open.
  template <class Body>
  void call(Deadline deadline, Body&& body) {
    try {
      if (!connection_.is_open()) {
        in_transaction_ = false;
        connection_.open(deadline);
        check_tables(deadline);
      }
      body();
    } catch (const postgres::ServerError& error) {
      end_transaction(deadline);
      // After a failover the old primary may live on as a standby and keep its sessions for ever:
      // the next one is opened where the name leads by then, and only to a server that writes.
      if (error.sqlstate() == read_only_state) connection_.close();
      throw error.as_failure();
    } catch (...) {
      end_transaction(deadline);
      throw;
    }
  }

  void end_transaction(Deadline deadline) {
    in_transaction_ = false;
    if (!connection_.is_open()) return;
    try {
      connection_.execute("ROLLBACK", deadline);
    } catch (const std::exception&) {
      connection_.close();  // which ends the transaction as well
    }
  }

  void check_tables(Deadline deadline) {
    std::int64_t version = 0;
    try {
      const auto answer = connection_.execute(
          "SELECT coalesce(max(version), 0) FROM assay_schema_version", deadline);
      version = std::stoll(std::string(*answer(0, 0)));
    } catch (const postgres::ServerError& error) {
      if (error.sqlstate() == "42501") {
        throw Failure::configuration(
            "42501", "role " + settings_.user + " may not use the tables in " + settings_.place() +
                         ": run `assay db migrate`, which grants it what "
                         "it needs");
      }
      if (error.sqlstate() != "42P01") throw;
    }
    const auto place = " in " + settings_.place();
    if (version == 0) {
      throw Failure::configuration("42P01",
                                   "there are no tables" + place + " yet: run `assay db migrate`");
    }
    if (version < postgres::oldest_version) {
      throw Failure::configuration(
          "schema_version", "the tables" + place + " have version " + std::to_string(version) +
                                ", this build needs " + std::to_string(postgres::oldest_version) +
                                " or later: run `assay db migrate`");
    }
    if (version > postgres::newest_version()) {
      throw Failure::configuration(
          "schema_version", "the tables" + place + " have version " + std::to_string(version) +
                                ", this build knows up to " +
                                std::to_string(postgres::newest_version()) +
                                ": use the build of assay that migrated them, or a later one");
    }
  }

  void check_rights(Deadline deadline) {
    const auto missing = connection_.execute(
        "SELECT string_agg(wanted || ' on ' || name, ', ') FROM (VALUES ('transactions', "
        "'INSERT'), ('fraud_transactions', 'INSERT'), ('shadow_hits', 'INSERT'), "
        "('account_holders', 'SELECT'), ('account_holders', 'INSERT'), ('account_holders', "
        "'UPDATE'), ('assay_cursors', 'SELECT'), ('assay_cursors', 'INSERT'), ('assay_cursors', "
        "'UPDATE'), ('assay_outbox', 'SELECT'), ('assay_outbox', 'INSERT'), ('assay_outbox', "
        "'UPDATE'), ('assay_outbox', 'DELETE'), ('assay_configs', 'INSERT')) w (name, wanted) "
        "WHERE NOT "
        "has_table_privilege(name, wanted)",
        deadline);
    if (const auto what = missing(0, 0)) {
      throw Failure::configuration("42501", "the role " + settings_.user + " lacks " +
                                                std::string(*what) +
                                                ": run `assay db migrate`, or the grants of "
                                                "`assay db print`, as the owner");
    }
  }

  // The configuration behind the hash that the rows carry; once per configuration.
  void record_configuration(Deadline deadline) {
    const auto hash = host_.config_hash();
    if (hash.empty() || hash == recorded_configuration_) return;
    const std::vector<std::string> parameters{std::string(hash), std::string(host_.configuration()),
                                              std::string(host_.engine_version())};
    connection_.execute(
        "INSERT INTO assay_configs (hash, configuration, engine_version) VALUES ($1, $2::jsonb, "
        "$3) ON CONFLICT DO NOTHING",
        parameters, deadline);
    recorded_configuration_ = hash;
  }

  static void answer(std::span<Cursor> cursors, std::uint32_t what) {
    for (auto& cursor : cursors) cursor.answer = what;
  }

  postgres::Settings settings_;
  assay::Host host_;
  postgres::Connection connection_;
  postgres::Cursors cursors_;
  postgres::Rows rows_;
  std::string recorded_configuration_;
  bool in_transaction_ = false;
};

}  // namespace

ASSAY_SINK(PostgresSink, "postgres", "1.0.0")
