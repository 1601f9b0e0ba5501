#include "plugins/sinks/sql/json.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace assay::sql {
namespace {

template <class Integer>
void append_integer(std::string& text, Integer number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text.append(digits, end);
}

// With leading zeros.
void append_padded(std::string& text, std::uint64_t number, std::size_t width) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const auto size = static_cast<std::size_t>(end - digits);
  if (size < width) text.append(width - size, '0');
  text.append(digits, size);
}

// The civil date of a day counted from 1970-01-01, after Howard Hinnant's days_from_civil.
struct Date {
  std::int64_t year;
  unsigned month;
  unsigned day;
};
Date date_of(std::int64_t days) {
  days += 719'468;
  const auto era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const auto year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto shifted = (5 * day_of_year + 2) / 153;
  const auto month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted + 2) / 5 + 1};
}

template <class T>
T value_of(const Row& row, std::uint32_t column) {
  return *row[Field<T>(column)];
}

bool is_present(const Row& row, const OtherField& field) {
  // Validity does not depend on the type; a bool is the cheapest to read.
  return row[Field<bool>(field.column)].has_value();
}

void append_quoted_time(std::string& json, Time time) {
  json += '"';
  append_time(json, time);
  json += '"';
}

void append_value(std::string& json, const OtherField& field, const Row& row) {
  switch (field.type) {
    case ASSAY_INT64:
      return append_integer(json, value_of<std::int64_t>(row, field.column));
    case ASSAY_DOUBLE:
      return append_double(json, value_of<double>(row, field.column));
    case ASSAY_BOOL:
      json += value_of<bool>(row, field.column) ? "true" : "false";
      return;
    case ASSAY_TIME:
      return append_quoted_time(json, value_of<Time>(row, field.column));
    case ASSAY_DURATION:
      return append_json_text(json, to_string(value_of<Duration>(row, field.column)));
    case ASSAY_DECIMAL:
      return append_decimal(json, value_of<Money>(row, field.column));
    case ASSAY_TEXT:
      return append_json_text(json, value_of<std::string_view>(row, field.column));
    case ASSAY_TOKEN:
      json += '"';
      append_token(json, value_of<Token>(row, field.column));
      json += '"';
      return;
    default:  // a type of a later minor version
      json += "null";
  }
}

void append_value(std::string& json, const Records& records, const RecordEvidence& evidence) {
  switch (evidence.type) {
    case ASSAY_INT64:
      return append_integer(json, evidence.bits);
    case ASSAY_DOUBLE: {
      double number = 0;
      std::memcpy(&number, &evidence.bits, sizeof number);
      return append_double(json, number);
    }
    case ASSAY_BOOL:
      json += evidence.bits != 0 ? "true" : "false";
      return;
    case ASSAY_TIME:
      return append_quoted_time(json, {evidence.bits});
    case ASSAY_DURATION:
      return append_json_text(json, to_string(Duration{evidence.bits}));
    case ASSAY_DECIMAL:
      return append_decimal(json, {evidence.bits});
    case ASSAY_TEXT: {
      assay_cell cell{};
      std::memcpy(&cell, &evidence.bits, sizeof cell);
      return append_json_text(json, records.text(cell));
    }
    default:
      json += "null";
  }
}

std::string_view name_of_answer(std::uint16_t answer) {
  switch (answer) {
    case ASSAY_HIT:
      return "hit";
    case ASSAY_INCONCLUSIVE:
      return "inconclusive";
    case ASSAY_ERROR:
      return "error";
    default:
      return "not_evaluated";
  }
}

void append_member(std::string& json, std::string_view key, std::string_view text) {
  json += key;
  append_json_text(json, text);
}

}  // namespace

void append_json_text(std::string& json, std::string_view text) {
  json += '"';
  auto from = text.begin();
  for (auto at = text.begin(); at != text.end(); ++at) {
    const auto byte = static_cast<unsigned char>(*at);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    json.append(from, at);
    from = at + 1;
    if (byte >= 0x20) {
      json += '\\';
      json += *at;
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(byte));
      json += escaped;
    }
  }
  json.append(from, text.end());
  json += '"';
}

void append_decimal(std::string& text, Money money) {
  auto units = static_cast<std::uint64_t>(money.units);
  if (money.units < 0) {
    text += '-';
    units = 0 - units;
  }
  append_integer(text, units / 10'000);
  text += '.';
  append_padded(text, units % 10'000, 4);
}

void append_time(std::string& text, Time time) {
  constexpr std::int64_t day = 86'400'000'000'000;
  auto days = time.nanoseconds / day;
  auto rest = time.nanoseconds % day;
  if (rest < 0) {
    rest += day;
    --days;
  }
  const auto date = date_of(days);
  const auto seconds_of_day = static_cast<std::uint64_t>(rest / 1'000'000'000);
  append_padded(text, static_cast<std::uint64_t>(date.year), 4);
  text += '-';
  append_padded(text, date.month, 2);
  text += '-';
  append_padded(text, date.day, 2);
  text += 'T';
  append_padded(text, seconds_of_day / 3600, 2);
  text += ':';
  append_padded(text, seconds_of_day / 60 % 60, 2);
  text += ':';
  append_padded(text, seconds_of_day % 60, 2);
  text += '.';
  append_padded(text, static_cast<std::uint64_t>(rest % 1'000'000'000), 9);
  text += 'Z';
}

void append_token(std::string& text, Token token) {
  constexpr char digits[] = "0123456789abcdef";
  for (const auto half : {token.high, token.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[half >> shift & 15];
  }
}

void append_double(std::string& text, double number) {
  if (!std::isfinite(number)) {
    text += "null";
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text.append(digits, end);
}

void append_fields(std::string& json, const std::vector<OtherField>& fields, const Row& row) {
  json += '{';
  auto first = true;
  for (const auto& field : fields) {
    if (!is_present(row, field)) continue;
    if (!first) json += ',';
    first = false;
    json += field.key;
    append_value(json, field, row);
  }
  json += '}';
}

void append_evidence(std::string& json, const Records& records, const RecordVerdict& verdict) {
  json += '[';
  auto first = true;
  for (const auto& evidence : records.evidence(verdict)) {
    if (!first) json += ',';
    first = false;
    append_member(json, R"({"name":)", records.text(evidence.name));
    json += R"(,"value":)";
    append_value(json, records, evidence);
    append_member(json, R"(,"unit":)", records.text(evidence.unit));
    json += '}';
  }
  json += ']';
}

void append_reasons(std::string& json, const Records& records, std::uint32_t row) {
  json += '[';
  auto first = true;
  for (const auto& verdict : records.verdicts(row)) {
    if (verdict.answer == ASSAY_NO_HIT) continue;
    if (!first) json += ',';
    first = false;
    append_member(json, R"({"rule":)", records.text(verdict.rule));
    json += R"(,"version":)";
    append_integer(json, verdict.version);
    append_member(json, R"(,"plugin":)", records.text(verdict.plugin));
    append_member(json, R"(,"answer":)", name_of_answer(verdict.answer));
    append_member(json, R"(,"mode":)", verdict.mode == ASSAY_SHADOW ? "shadow" : "live");
    append_member(json, R"(,"reason":)", records.text(verdict.reason));
    json += R"(,"score":)";
    append_double(json, verdict.score / double{ASSAY_SCORE_ONE});
    append_member(json, R"(,"action":)", name_of_action(verdict.action));
    append_member(json, R"(,"words":)", records.text(verdict.words));
    json += R"(,"evidence":)";
    append_evidence(json, records, verdict);
    json += '}';
  }
  json += ']';
}

std::string_view name_of_action(std::uint16_t action) {
  switch (action) {
    case ASSAY_ACTION_ALLOW:
      return "allow";
    case ASSAY_ACTION_REVIEW:
      return "review";
    case ASSAY_ACTION_BLOCK:
      return "block";
    default:
      return "none";
  }
}

}  // namespace assay::sql
