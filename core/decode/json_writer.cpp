#include "core/decode/json_writer.hpp"

#include <array>
#include <assay/values.hpp>
#include <charconv>
#include <chrono>
#include <cmath>

#include "core/decode/card_token.hpp"
#include "core/decode/json_text.hpp"
#include "core/decode/money.hpp"
#include "core/decode/timestamp.hpp"

namespace assay::core {
namespace {

void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits;
  const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_value(std::string& out, const RowBlock& block, std::uint32_t row, Slot slot) {
  switch (block.layout()[slot].type) {
    case FieldType::int64:
      out += std::to_string(block.int64(row, slot));
      return;
    case FieldType::boolean:
      out += block.int64(row, slot) != 0 ? "true" : "false";
      return;
    case FieldType::float64:
      append_double(out, block.float64(row, slot));
      return;
    case FieldType::decimal:
      append_json_text(out, format_money(block.int64(row, slot)));
      return;
    case FieldType::time:
      append_json_text(out, format_time(block.int64(row, slot)));
      return;
    case FieldType::duration:
      append_json_text(out, assay::to_string(std::chrono::nanoseconds(block.int64(row, slot))));
      return;
    case FieldType::text:
      append_json_text(out, block.text(row, slot));
      return;
    case FieldType::token:
      append_json_text(out, format_token(block.token(row, slot)));
      return;
  }
}

}  // namespace

void append_row_json(std::string& out, const RowBlock& block, std::uint32_t row) {
  out += '{';
  const auto& entries = block.layout().entries();
  bool first = true;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    if (!block.has(row, {i})) continue;
    if (!first) out += ',';
    first = false;
    append_json_text(out, entries[i].name);
    out += ':';
    append_value(out, block, row, {i});
  }
  out += '}';
}

std::string row_json(const RowBlock& block, std::uint32_t row) {
  std::string out;
  append_row_json(out, block, row);
  return out;
}

}  // namespace assay::core
