#include "plugins/sinks/kafka/decision_json.hpp"

#include <algorithm>
#include <bit>

#include "plugins/sinks/kafka/json_text.hpp"

namespace assay::kafka {
namespace {

// What the engine says, as opposed to what the feed said.
constexpr std::string_view engine_fields[] = {"decision",    "score",       "decided_at",
                                              "record_time", "config_hash", "card_key_id",
                                              "error_rules", "id_reused",   "inconclusive_rules"};

bool is_engine_field(std::string_view name) {
  return std::find(std::begin(engine_fields), std::end(engine_fields), name) !=
         std::end(engine_fields);
}

void append_members(const std::vector<Column>& columns, const Row& row, std::string& json) {
  for (const auto& column : columns) {
    const auto before = json.size();
    if (json.back() != '{') json += ',';
    append_quoted(column.name, json);
    json += ':';
    if (!append_cell(row, column.type, column.column, json)) json.resize(before);
  }
}

void append_evidence(const Records& records, const RecordEvidence& evidence, std::string& json) {
  switch (evidence.type) {
    case ASSAY_DOUBLE:
      return append_number(std::bit_cast<double>(evidence.bits), json);
    case ASSAY_BOOL:
      json += evidence.bits != 0 ? "true" : "false";
      return;
    case ASSAY_TIME:
      return append_quoted(rfc3339(Time{evidence.bits}), json);
    case ASSAY_DURATION:
      return append_quoted(to_string(Duration{evidence.bits}), json);
    case ASSAY_DECIMAL:
      json += to_string(Money{evidence.bits});
      return;
    case ASSAY_TEXT:
      return append_quoted(records.text(std::bit_cast<assay_cell>(evidence.bits)), json);
    default:
      json += std::to_string(evidence.bits);
  }
}

void append_reason(const Records& records, const RecordVerdict& verdict, std::string& json) {
  json += "{\"rule\":";
  append_quoted(records.text(verdict.rule), json);
  json += ",\"version\":" + std::to_string(verdict.version) + ",\"reason\":";
  append_quoted(records.text(verdict.reason), json);
  json += ",\"score\":";
  append_number(verdict.score / 1e6, json);
  json += ",\"words\":";
  append_quoted(records.text(verdict.words), json);
  if (const auto words = records.text(verdict.customer_words); !words.empty()) {
    json += ",\"customer_words\":";
    append_quoted(words, json);
  }
  json += ",\"evidence\":{";
  for (const auto& evidence : records.evidence(verdict)) {
    if (json.back() != '{') json += ',';
    append_quoted(records.text(evidence.name), json);
    json += ':';
    append_evidence(records, evidence, json);
  }
  json += "}}";
}

}  // namespace

void DecisionJson::bind(const Binder& binder, const std::vector<std::string>& wanted,
                        std::string_view key) {
  const auto offers = binder.offers();
  record_offset_ = binder.field<std::int64_t>("record_offset");
  const auto bound = [&](const Binder::Offer& offer) {
    return Column{offer.name, offer.type, binder.declare(offer.name, offer.type, ASSAY_OPTIONAL)};
  };
  for (const auto& offer : offers) {
    const auto listed = std::find(wanted.begin(), wanted.end(), offer.name) != wanted.end();
    const auto by_default = wanted.empty() && !offer.name.starts_with("holder.");
    if (is_engine_field(offer.name)) {
      decision_.push_back(bound(offer));
    } else if ((listed || by_default) && offer.name != "record_offset") {
      transaction_.push_back(bound(offer));
    }
    if (offer.name == key) key_ = bound(offer);
  }
  const auto known = [&](std::string_view name) {
    return std::any_of(offers.begin(), offers.end(),
                       [&](const auto& offer) { return offer.name == name; });
  };
  for (const auto& name : wanted) {
    // Declared as required, so that the host refuses it and names the nearest one.
    if (!known(name)) (void)binder.declare(name, ASSAY_TEXT, ASSAY_REQUIRED);
  }
  if (!key_) (void)binder.declare(key, ASSAY_TEXT, ASSAY_REQUIRED);
}

void DecisionJson::write(const Records& records, std::uint32_t index, std::string& json) const {
  const auto row = records[index];
  json = "{\"format\":1,\"record\":{\"topic\":";
  append_quoted(records.topic(), json);
  json += ",\"partition\":" + std::to_string(records.partition());
  json += ",\"offset\":" + std::to_string(row[record_offset_].value_or(0)) + "}";
  append_members(decision_, row, json);
  json += ",\"transaction\":{";
  append_members(transaction_, row, json);
  json += "},\"reasons\":[";
  add_reasons(records, index, ASSAY_LIVE, json);
  json += "],\"shadow_reasons\":[";
  add_reasons(records, index, ASSAY_SHADOW, json);
  json += "]}";
}

void DecisionJson::add_reasons(const Records& records, std::uint32_t row, std::uint16_t mode,
                               std::string& json) const {
  for (const auto& verdict : records.verdicts(row)) {
    if (verdict.answer != ASSAY_HIT || verdict.mode != mode) continue;
    if (json.back() != '[') json += ',';
    append_reason(records, verdict, json);
  }
}

std::optional<std::string> DecisionJson::key(const Row& row) const {
  std::string text;
  if (!key_ || !append_cell(row, key_->type, key_->column, text)) return std::nullopt;
  // A text comes with quotes, which a key has not.
  if (text.starts_with('"')) {
    if (key_->type != ASSAY_TEXT) return text.substr(1, text.size() - 2);
    return std::string(*row[Field<std::string_view>(key_->column)]);
  }
  return text;
}

std::string DecisionJson::idempotency_key(const Records& records, std::uint32_t row) const {
  std::string key(records.group());
  key.append("/").append(records.step()).append("/").append(records.topic());
  key += "/" + std::to_string(records.partition());
  return key + "/" + std::to_string(records[row][record_offset_].value_or(0));
}

}  // namespace assay::kafka
