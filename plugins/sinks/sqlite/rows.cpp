#include "plugins/sinks/sqlite/rows.hpp"

#include "plugins/sinks/sql/json.hpp"

namespace assay::sqlite {
namespace {

std::optional<std::int64_t> units_of(std::optional<Money> money) {
  return money ? std::optional(money->units) : std::nullopt;
}

// Into `text`, which keeps its room; a view of it, or nothing.
std::optional<std::string_view> iso(std::string& text, std::optional<Time> time) {
  if (!time) return std::nullopt;
  text.clear();
  sql::append_time(text, *time);
  return text;
}

}  // namespace

void Rows::prepare(Database& database) {
  transaction_ = database.prepare(
      "INSERT INTO transactions (event_time, decided_at, topic, partition, record_offset, "
      "transaction_id, user_id, amount_units, currency, transaction_type, location, merchant, "
      "card_token, card_bin, card_last4, card_key_id, decision, score, config_hash, "
      "inconclusive_rules, error_rules, id_reused, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  fraud_ = database.prepare(
      "INSERT INTO fraud_transactions (event_time, decided_at, topic, partition, record_offset, "
      "transaction_id, user_id, amount_units, currency, transaction_type, location, merchant, "
      "card_token, card_bin, card_last4, card_key_id, decision, score, config_hash, reasons) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  shadow_hit_ = database.prepare(
      "INSERT INTO shadow_hits (event_time, topic, partition, record_offset, transaction_id, "
      "user_id, decision, rule, version, plugin, reason, score, action, words, evidence, "
      "config_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  holder_ = database.prepare(
      "INSERT INTO account_holders (user_id, name, address, phone_number, email, date_of_birth, "
      "account_number, account_type, balance_units, city, time_zone, fields) VALUES (?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, address = "
      "excluded.address, phone_number = excluded.phone_number, email = excluded.email, "
      "date_of_birth = excluded.date_of_birth, account_number = excluded.account_number, "
      "account_type = excluded.account_type, balance_units = excluded.balance_units, city = "
      "excluded.city, time_zone = excluded.time_zone, fields = excluded.fields, updated_at = "
      "excluded.updated_at");
}

void Rows::forget() {
  for (auto* statement : {&transaction_, &fraud_, &shadow_hit_, &holder_}) *statement = Statement();
}

void Rows::store(const Records& records) {
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    try {
      if (records.kind() == RecordKind::holder) {
        store_holder(records[i]);
      } else {
        store_decision(records, i);
      }
    } catch (const Failure& failure) {
      if (failure.error_class() != ASSAY_CLASS_DATA) throw;
      throw Failure::data_in_row(i, failure.code(), failure.what());
    }
  }
}

void Rows::store_decision(const Records& records, std::uint32_t index) {
  const auto row = records[index];
  const auto event_time = iso(event_time_, decision.time_of(row));
  const auto decided_at = iso(decided_at_, decision.decided_at(row));
  std::optional<std::string_view> token;
  if (const auto card = decision.card(row)) {
    token_.clear();
    sql::append_token(token_, *card);
    token = token_;
  }
  const auto add_common = [&](Statement& insert) {
    insert.add(event_time).add(decided_at).add(records.topic());
    insert.add(std::int64_t{records.partition()}).add(decision.record_offset(row));
    insert.add(decision.transaction_id(row)).add(decision.user_id(row));
    insert.add(units_of(decision.amount(row))).add(decision.currency(row));
    insert.add(decision.transaction_type(row)).add(decision.location(row));
    insert.add(decision.merchant(row)).add(token).add(decision.card_bin(row));
    insert.add(decision.card_last4(row)).add(decision.card_key_id(row));
    insert.add(decision.decision(row)).add(decision.score(row)).add(decision.config_hash(row));
  };

  add_common(transaction_);
  transaction_.add(decision.inconclusive_rules(row)).add(decision.error_rules(row));
  transaction_.add(std::int64_t{decision.id_reused(row).value_or(false)});
  json_.clear();
  if (decision.others.empty()) {
    transaction_.null();
  } else {
    sql::append_fields(json_, decision.others, row);
    transaction_.add(json_);
  }
  transaction_.run();

  if (decision.decision(row) != "approve") {
    json_.clear();
    sql::append_reasons(json_, records, index);
    add_common(fraud_);
    fraud_.add(json_).run();
  }

  for (const auto& verdict : records.verdicts(index)) {
    if (verdict.mode != ASSAY_SHADOW || verdict.answer != ASSAY_HIT) continue;
    json_.clear();
    sql::append_evidence(json_, records, verdict);
    shadow_hit_.add(event_time).add(records.topic()).add(std::int64_t{records.partition()});
    shadow_hit_.add(decision.record_offset(row)).add(decision.transaction_id(row));
    shadow_hit_.add(decision.user_id(row)).add(decision.decision(row));
    shadow_hit_.add(records.text(verdict.rule)).add(std::int64_t{verdict.version});
    shadow_hit_.add(records.text(verdict.plugin)).add(records.text(verdict.reason));
    shadow_hit_.add(verdict.score / double{ASSAY_SCORE_ONE});
    shadow_hit_.add(sql::name_of_action(verdict.action)).add(records.text(verdict.words));
    shadow_hit_.add(json_).add(decision.config_hash(row)).run();
  }
}

void Rows::store_holder(const Row& row) {
  const auto user = holder.user_id(row);
  if (!user) throw Failure::data("user_id", "an account holder without a user_id");
  json_.clear();
  sql::append_fields(json_, holder.others, row);
  holder_.add(*user).add(holder.name(row)).add(holder.address(row)).add(holder.phone_number(row));
  holder_.add(holder.email(row)).add(holder.date_of_birth(row)).add(holder.account_number(row));
  holder_.add(holder.account_type(row)).add(units_of(holder.balance(row))).add(holder.city(row));
  holder_.add(holder.time_zone(row)).add(json_).run();
}

}  // namespace assay::sqlite
