#include "host/outbox/record_text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/decode/card_token.hpp"
#include "host/outbox/value_json.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;
using core::FieldType;

constexpr int kVersion = 1;

// By the numbers of the ABI.
constexpr std::array<const char*, 4> kAnswers{"no_hit", "hit", "inconclusive", "error"};
constexpr std::array<const char*, 3> kModes{"", "live", "shadow"};
constexpr std::array<const char*, 4> kActions{"none", "allow", "review", "block"};

template <std::size_t N>
const char* word(const std::array<const char*, N>& words, std::uint16_t number) {
  return number < N ? words[number] : "";
}

template <std::size_t N>
std::uint16_t number(const std::array<const char*, N>& words, const std::string& word) {
  for (std::size_t i = 0; i < N; ++i) {
    if (word == words[i]) return static_cast<std::uint16_t>(i);
  }
  return 0;
}

template <class T>
T load(const std::byte* cell) {
  T value;
  std::memcpy(&value, cell, sizeof value);
  return value;
}

template <class T>
std::span<const T> table(const core::RecordBlock& block, std::uint64_t at, std::uint32_t count) {
  const auto* base = reinterpret_cast<const std::byte*>(&block.header());
  return {reinterpret_cast<const T*>(base + at), count};
}

Json field_json(const core::RecordBlock& block, std::uint32_t row, std::uint32_t column,
                FieldType type) {
  const auto* cell = block.cell(column, row);
  if (type == FieldType::text) return block.text(load<assay_cell>(cell));
  if (type == FieldType::token) return core::format_token(load<assay_token>(cell));
  return number_json(type, load<std::int64_t>(cell));
}

Json verdict_json(const core::RecordBlock& block, const assay_record_verdict& verdict) {
  Json json{{"rule", block.text(verdict.rule)},
            {"plugin", block.text(verdict.plugin)},
            {"version", verdict.version},
            {"answer", word(kAnswers, verdict.answer)},
            {"mode", word(kModes, verdict.mode)},
            {"score", verdict.score},
            {"action", word(kActions, verdict.action)},
            {"reason", block.text(verdict.reason)},
            {"words", block.text(verdict.words)}};
  if (verdict.customer_words.size > 0) json["customer_words"] = block.text(verdict.customer_words);
  const auto all =
      table<assay_record_evidence>(block, block.header().evidence, block.header().evidence_count);
  for (const auto& one : all.subspan(verdict.evidence.first, verdict.evidence.count)) {
    const auto type = static_cast<FieldType>(one.type);
    json["evidence"].push_back({{"name", block.text(one.name)},
                                {"unit", block.text(one.unit)},
                                {"type", std::string(core::to_string(type))},
                                {"value", number_json(type, one.bits)}});
  }
  return json;
}

core::ToldVerdict told(const Json& json) {
  core::ToldVerdict verdict;
  verdict.rule = json.value("rule", "");
  verdict.plugin = json.value("plugin", "");
  verdict.version = json.value("version", 0u);
  verdict.answer = number(kAnswers, json.value("answer", ""));
  verdict.mode = number(kModes, json.value("mode", ""));
  verdict.action = number(kActions, json.value("action", ""));
  verdict.score = json.value("score", 0);
  verdict.reason = json.value("reason", "");
  verdict.words = json.value("words", "");
  verdict.customer_words = json.value("customer_words", "");
  for (const auto& one : json.value("evidence", Json::array())) {
    const auto type = core::field_type(one.value("type", ""));
    const auto bits = type && one.contains("value") ? number_of(*type, one["value"]) : std::nullopt;
    if (bits)
      verdict.evidence.push_back({one.value("name", ""), one.value("unit", ""), *type, *bits});
  }
  return verdict;
}

void put(core::RowBlock& rows, std::uint32_t row, core::Slot slot, const Json& json) {
  const auto type = rows.layout()[slot].type;
  if (type == FieldType::text) {
    if (json.is_string()) rows.put_text(row, slot, json.get_ref<const std::string&>());
    return;
  }
  if (type == FieldType::token) {
    const auto token = json.is_string() ? core::parse_token(json.get_ref<const std::string&>())
                                        : std::optional<assay_token>();
    if (token) rows.put_token(row, slot, *token);
    return;
  }
  if (const auto bits = number_of(type, json)) rows.put_int64(row, slot, *bits);
}

// Of one record: its fields into the row, its verdicts as the answer. Nothing where it is none.
std::optional<std::vector<core::ToldVerdict>> restore(const std::string& text, core::RowBlock& rows,
                                                      std::uint32_t row) {
  try {
    const auto record = Json::parse(text);
    if (record.at("version") != kVersion) return std::nullopt;
    const auto& layout = rows.layout();
    for (const auto& [name, value] : record.at("fields").items()) {
      if (const auto slot = layout.find(name)) put(rows, row, *slot, value);
    }
    for (const auto& name : record.value("cold", Json::array())) {
      const auto slot = layout.find(name.get<std::string>());
      if (slot && rows.has(row, *slot)) rows.mark_cold(row, *slot);
    }
    std::vector<core::ToldVerdict> verdicts;
    for (const auto& one : record.value("verdicts", Json::array())) verdicts.push_back(told(one));
    return verdicts;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::string record_text(const core::RecordBlock& block, std::uint32_t row,
                        const BoundColumns& columns) {
  Json json{{"version", kVersion}, {"fields", Json::object()}};
  for (std::uint32_t column = 0; column < columns.names->size(); ++column) {
    if (!block.has(column, row)) continue;
    const auto& name = (*columns.names)[column];
    json["fields"][name] = field_json(block, row, column, (*columns.types)[column]);
    if (block.cold(column, row)) json["cold"].push_back(name);
  }
  const auto& header = block.header();
  if (header.verdict_spans != 0) {
    const auto span = table<assay_span>(block, header.verdict_spans, row + 1)[row];
    const auto all = table<assay_record_verdict>(block, header.verdicts, header.verdict_count);
    for (const auto& verdict : all.subspan(span.first, span.count)) {
      json["verdicts"].push_back(verdict_json(block, verdict));
    }
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

tl::expected<core::RecordBlock, UnreadableRecord> block_of(
    const RecordOrigin& origin, std::span<const KeptRecord* const> records,
    const BoundColumns& columns) {
  core::Layout layout;
  std::vector<std::optional<core::Slot>> slots;
  for (std::size_t i = 0; i < columns.names->size(); ++i) {
    slots.emplace_back(layout.add((*columns.names)[i], (*columns.types)[i]));
  }
  // A text in JSON is never shorter than what it stands for.
  std::size_t arena = 0;
  for (const auto* record : records) arena += record->text.size();
  core::RowBlock rows(
      layout, {static_cast<std::uint32_t>(records.size()), static_cast<std::uint32_t>(arena), 0});
  core::RecordBuilder builder(layout, slots,
                              {ASSAY_DECISION, origin.topic, origin.group, origin.step});
  auto first = records.front()->offset;
  auto last = first;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto row = rows.add_row();
    const auto verdicts = restore(records[i]->text, rows, row);
    if (!verdicts) {
      return tl::unexpected(UnreadableRecord{i, "the stored record is not one of version " +
                                                    std::to_string(kVersion) +
                                                    ", which is what this build reads"});
    }
    builder.append(rows, row, *verdicts);
    first = std::min(first, records[i]->offset);
    last = std::max(last, records[i]->offset);
  }
  return builder.finish({origin.partition}, {first}, {last + 1});
}

}  // namespace assay::host
