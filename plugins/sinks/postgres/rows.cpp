#include "plugins/sinks/postgres/rows.hpp"

#include <array>
#include <unordered_map>

#include "plugins/sinks/postgres/copy_stream.hpp"
#include "plugins/sinks/postgres/sqlstate.hpp"
#include "plugins/sinks/sql/json.hpp"

namespace assay::postgres {
namespace {

// Runs one COPY; `rows` says which row of the batch stands behind each line.
template <class Body>
void copying(const std::vector<std::uint32_t>& rows, Body&& body) {
  try {
    body();
  } catch (const ServerError& error) {
    const auto line = error.copy_line();
    if (sqlstate_class(error.sqlstate()) == ErrorClass::data && line && *line <= rows.size()) {
      throw Failure::data_in_row(rows[*line - 1], error.sqlstate(), error.what());
    }
    throw;
  }
}

void append_holder(std::string& json, const sql::HolderColumns& columns, const Row& row) {
  const auto text = [&](const char* key, std::optional<std::string_view> value) {
    if (!value) return;
    json += key;
    sql::append_json_text(json, *value);
  };
  json += R"({"user_id":)" + std::to_string(*columns.user_id(row));
  if (const auto balance = columns.balance(row)) {
    json += R"(,"balance":)";
    sql::append_decimal(json, *balance);
  }
  text(R"(,"name":)", columns.name(row));
  text(R"(,"address":)", columns.address(row));
  text(R"(,"phone_number":)", columns.phone_number(row));
  text(R"(,"email":)", columns.email(row));
  text(R"(,"date_of_birth":)", columns.date_of_birth(row));
  text(R"(,"account_number":)", columns.account_number(row));
  text(R"(,"account_type":)", columns.account_type(row));
  text(R"(,"city":)", columns.city(row));
  text(R"(,"time_zone":)", columns.time_zone(row));
  json += R"(,"fields":)";
  sql::append_fields(json, columns.others, row);
  json += '}';
}

constexpr const char* upsert_holders =
    "INSERT INTO account_holders AS old (user_id, name, address, phone_number, email, "
    "date_of_birth, account_number, account_type, balance, city, time_zone, fields) "
    "SELECT user_id, name, address, phone_number, email, date_of_birth, account_number, "
    "account_type, balance, city, time_zone, fields "
    "FROM jsonb_to_recordset($1::jsonb) AS new (user_id bigint, name text, address text, "
    "phone_number text, email text, date_of_birth text, account_number text, account_type text, "
    "balance numeric, city text, time_zone text, fields jsonb) "
    "ON CONFLICT (user_id) DO UPDATE SET (name, address, phone_number, email, date_of_birth, "
    "account_number, account_type, balance, city, time_zone, fields, updated_at) = "
    "(EXCLUDED.name, EXCLUDED.address, EXCLUDED.phone_number, EXCLUDED.email, "
    "EXCLUDED.date_of_birth, EXCLUDED.account_number, EXCLUDED.account_type, EXCLUDED.balance, "
    "EXCLUDED.city, EXCLUDED.time_zone, EXCLUDED.fields, now())";

}  // namespace

void Rows::store(Connection& connection, const Records& records, Deadline deadline) {
  if (records.size() == 0) return;
  if (records.kind() == RecordKind::holder) {
    store_holders(connection, records, deadline);
    return;
  }
  store_transactions(connection, records, deadline);
  store_frauds(connection, records, deadline);
  store_shadow_hits(connection, records, deadline);
}

void Rows::store_transactions(Connection& connection, const Records& records, Deadline deadline) {
  copied_.resize(records.size());
  for (std::uint32_t i = 0; i < records.size(); ++i) copied_[i] = i;
  copying(copied_, [&] {
    CopyStream out(connection, buffer_,
                   "COPY transactions (event_time, decided_at, record_offset, user_id, score, "
                   "partition, id_reused, topic, transaction_id, amount, currency, "
                   "transaction_type, location, merchant, card_token, card_bin, card_last4, "
                   "card_key_id, decision, inconclusive_rules, error_rules, config_hash, fields) "
                   "FROM STDIN (FORMAT binary)",
                   deadline);
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      const auto row = records[i];
      out.row(23);
      out.add(decision.time_of(row));
      out.add(decision.decided_at(row));
      out.add(decision.record_offset(row));
      out.add(decision.user_id(row));
      out.add(decision.score(row));
      out.add(records.partition());
      out.add(decision.id_reused(row).value_or(false));
      out.add(records.topic());
      out.add(decision.transaction_id(row));
      out.add(decision.amount(row));
      out.add(decision.currency(row));
      out.add(decision.transaction_type(row));
      out.add(decision.location(row));
      out.add(decision.merchant(row));
      out.add(decision.card(row));
      out.add(decision.card_bin(row));
      out.add(decision.card_last4(row));
      out.add(decision.card_key_id(row));
      out.add(decision.decision(row));
      out.add(decision.inconclusive_rules(row));
      out.add(decision.error_rules(row));
      out.add(decision.config_hash(row));
      if (decision.others.empty()) {
        out.null();
      } else {
        out.add_json([&](std::string& json) { sql::append_fields(json, decision.others, row); });
      }
    }
    out.end();
  });
}

void Rows::store_frauds(Connection& connection, const Records& records, Deadline deadline) {
  copied_.clear();
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    if (decision.decision(records[i]) != "approve") copied_.push_back(i);
  }
  if (copied_.empty()) return;
  copying(copied_, [&] {
    CopyStream out(connection, buffer_,
                   "COPY fraud_transactions (event_time, decided_at, record_offset, user_id, "
                   "score, partition, topic, transaction_id, amount, currency, transaction_type, "
                   "location, merchant, card_token, card_bin, card_last4, card_key_id, decision, "
                   "config_hash, reasons) FROM STDIN (FORMAT binary)",
                   deadline);
    for (const auto i : copied_) {
      const auto row = records[i];
      out.row(20);
      out.add(decision.time_of(row));
      out.add(decision.decided_at(row));
      out.add(decision.record_offset(row));
      out.add(decision.user_id(row));
      out.add(decision.score(row));
      out.add(records.partition());
      out.add(records.topic());
      out.add(decision.transaction_id(row));
      out.add(decision.amount(row));
      out.add(decision.currency(row));
      out.add(decision.transaction_type(row));
      out.add(decision.location(row));
      out.add(decision.merchant(row));
      out.add(decision.card(row));
      out.add(decision.card_bin(row));
      out.add(decision.card_last4(row));
      out.add(decision.card_key_id(row));
      out.add(decision.decision(row));
      out.add(decision.config_hash(row));
      out.add_json([&](std::string& json) { sql::append_reasons(json, records, i); });
    }
    out.end();
  });
}

void Rows::store_shadow_hits(Connection& connection, const Records& records, Deadline deadline) {
  const auto is_shadow_hit = [](const RecordVerdict& verdict) {
    return verdict.mode == ASSAY_SHADOW && verdict.answer == ASSAY_HIT;
  };
  copied_.clear();
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    for (const auto& verdict : records.verdicts(i)) {
      if (is_shadow_hit(verdict)) copied_.push_back(i);
    }
  }
  if (copied_.empty()) return;
  copying(copied_, [&] {
    CopyStream out(connection, buffer_,
                   "COPY shadow_hits (event_time, record_offset, user_id, score, partition, "
                   "version, topic, transaction_id, decision, rule, plugin, reason, action, words, "
                   "config_hash, evidence) FROM STDIN (FORMAT binary)",
                   deadline);
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      const auto row = records[i];
      for (const auto& verdict : records.verdicts(i)) {
        if (!is_shadow_hit(verdict)) continue;
        out.row(16);
        out.add(decision.time_of(row));
        out.add(decision.record_offset(row));
        out.add(decision.user_id(row));
        out.add(verdict.score / double{ASSAY_SCORE_ONE});
        out.add(records.partition());
        out.add(static_cast<std::int32_t>(verdict.version));
        out.add(records.topic());
        out.add(decision.transaction_id(row));
        out.add(decision.decision(row));
        out.add(records.text(verdict.rule));
        out.add(records.text(verdict.plugin));
        out.add(records.text(verdict.reason));
        out.add(sql::name_of_action(verdict.action));
        out.add(records.text(verdict.words));
        out.add(decision.config_hash(row));
        out.add_json([&](std::string& json) { sql::append_evidence(json, records, verdict); });
      }
    }
    out.end();
  });
}

void Rows::store_holders(Connection& connection, const Records& records, Deadline deadline) {
  // One statement cannot touch a holder twice: the last word on each counts.
  std::unordered_map<std::int64_t, std::uint32_t> last;
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    const auto user = holder.user_id(records[i]);
    if (!user) throw Failure::data_in_row(i, "23502", "an account holder without a user_id");
    last[*user] = i;
  }
  std::array<std::string, 1> rows{"["};
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    if (last[*holder.user_id(records[i])] != i) continue;
    if (rows[0].size() > 1) rows[0] += ',';
    append_holder(rows[0], holder, records[i]);
  }
  rows[0] += ']';
  connection.execute(upsert_holders, rows, deadline);
}

}  // namespace assay::postgres
