// The JSON that goes into the tables: other fields, reasons, evidence.
//
// Everything is appended to a text that the caller keeps, so a row costs no allocation once the
// text has grown. Amounts are written as exact decimal numbers, times in UTC to the nanosecond,
// tokens in hexadecimal; a double that JSON cannot say is null.
#pragma once

#include <assay/records.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sinks/sql/columns.hpp"

namespace assay::sql {

void append_json_text(std::string& json, std::string_view text);

// Without quotes, for columns too: 12.3400, 2026-11-23T18:34:37.000000000Z, 32 hexadecimal digits.
void append_decimal(std::string& text, Money money);
void append_time(std::string& text, Time time);
void append_token(std::string& text, Token token);
void append_double(std::string& text, double number);

// {"name": value, ..} of the fields that the row has.
void append_fields(std::string& json, const std::vector<OtherField>& fields, const Row& row);

// [{"name", "value", "unit"}, ..]
void append_evidence(std::string& json, const Records& records, const RecordVerdict& verdict);

// Every verdict of the row that is not "no hit".
void append_reasons(std::string& json, const Records& records, std::uint32_t row);

std::string_view name_of_action(std::uint16_t action);

}  // namespace assay::sql
