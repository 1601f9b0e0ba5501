#include "core/decode/value_reader.hpp"

#include <charconv>

#include "core/decode/money.hpp"
#include "core/decode/number.hpp"
#include "core/decode/timestamp.hpp"

namespace assay::core {
namespace {

// A bare number that is none breaks the JSON; the same in a text is merely the wrong text.
DecodeError malformed(JsonScalar kind) {
  return kind == JsonScalar::number ? DecodeError::not_json : DecodeError::wrong_type;
}

DecodeError put_scaled(Scaled value, JsonScalar kind, const FieldLeaf& leaf, RowBlock& block,
                       std::uint32_t row) {
  switch (value.error) {
    case NumberError::ok:
      block.put_int64(row, leaf.slot, value.units);
      return DecodeError::ok;
    case NumberError::malformed:
      return malformed(kind);
    case NumberError::too_many_digits:
      // Half a customer number is not one with too many digits.
      return leaf.kind == FieldKind::int64 ? DecodeError::wrong_type : DecodeError::too_many_digits;
    case NumberError::out_of_range:
      break;
  }
  return DecodeError::out_of_range;
}

DecodeError put_float(JsonScalar kind, std::string_view text, const FieldLeaf& leaf,
                      RowBlock& block, std::uint32_t row) {
  double number = 0;
  if (!parse_short_double(text, number)) {
    if (!is_json_number(text)) return malformed(kind);
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) {
      return DecodeError::out_of_range;
    }
  }
  block.put_double(row, leaf.slot, number);
  return DecodeError::ok;
}

bool is_currency(std::string_view text) {
  bool code = text.size() == 3;
  for (const char c : text) code = code && c >= 'A' && c <= 'Z';
  return code;
}

DecodeError put_text(JsonScalar kind, std::string_view text, const FieldLeaf& leaf, RowBlock& block,
                     std::uint32_t row) {
  if (kind == JsonScalar::number && !is_json_number(text)) return DecodeError::not_json;
  if (leaf.role == FieldRole::currency && !is_currency(text)) return DecodeError::wrong_type;
  return block.put_text(row, leaf.slot, text) ? DecodeError::ok : DecodeError::arena_full;
}

DecodeError put_card(JsonScalar kind, std::string_view text, const FieldLeaf& leaf,
                     const CardTokenizer& tokenizer, RowBlock& block, std::uint32_t row) {
  if (kind == JsonScalar::number && !is_json_number(text)) return DecodeError::not_json;
  const auto card = card_digits(text);
  if (!card) return DecodeError::card_invalid;
  block.put_token(row, leaf.slot, tokenizer.token(*card));
  const bool fits =
      block.put_text(row, leaf.bin, card->bin()) && block.put_text(row, leaf.last4, card->last4());
  return fits ? DecodeError::ok : DecodeError::arena_full;
}

std::string_view limits_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::decimal:
      return "at most 4 digits behind the point and 14 in front";
    case FieldKind::int64:
      return "a whole number of 64 bits";
    case FieldKind::time:
      return "a time between 1678 and 2262";
    case FieldKind::duration:
      return "at most 292 years";
    default:
      return "a number that a double holds";
  }
}

}  // namespace

DecodeError read_value(const FieldLeaf& leaf, JsonScalar kind, std::string_view text,
                       const CardTokenizer* tokenizer, RowBlock& block,
                       std::uint32_t row) noexcept {
  const bool is_text = kind == JsonScalar::text;
  if ((is_text || kind == JsonScalar::number) == (leaf.kind == FieldKind::boolean)) {
    return DecodeError::wrong_type;
  }
  Scaled value;
  switch (leaf.kind) {
    case FieldKind::text:
      return put_text(kind, text, leaf, block, row);
    case FieldKind::float64:
      return put_float(kind, text, leaf, block, row);
    case FieldKind::card:
      return put_card(kind, text, leaf, *tokenizer, block, row);
    case FieldKind::boolean:
      block.put_int64(row, leaf.slot, kind == JsonScalar::yes ? 1 : 0);
      return DecodeError::ok;
    case FieldKind::int64:
      value = parse_scaled(text, 0);
      break;
    case FieldKind::decimal:
      value = parse_money(text);
      break;
    case FieldKind::time:
      value = is_text ? parse_time_text(text) : parse_epoch(text);
      break;
    case FieldKind::duration:
      value = is_text ? parse_duration_text(text) : parse_scaled(text, 9, Digits::truncate);
      break;
  }
  return put_scaled(value, kind, leaf, block, row);
}

std::string_view expected_of(const FieldLeaf& leaf, DecodeError error) {
  if (error == DecodeError::too_many_digits || error == DecodeError::out_of_range) {
    return limits_of(leaf.kind);
  }
  if (leaf.role == FieldRole::currency) return "a currency as three capital letters (ISO 4217)";
  switch (leaf.kind) {
    case FieldKind::int64:
      return "a whole number, or a text that holds one";
    case FieldKind::float64:
      return "a number, or a text that holds one";
    case FieldKind::boolean:
      return "true or false";
    case FieldKind::decimal:
      return "an amount such as 12.34, as number or text";
    case FieldKind::time:
      return "seconds or milliseconds since 1970, or ISO 8601 with Z or an offset";
    case FieldKind::duration:
      return "seconds, or a text such as 90s or +02:00";
    case FieldKind::text:
      return "a text or a number";
    case FieldKind::card:
      break;
  }
  return "12 to 19 digits, as text or number";
}

}  // namespace assay::core
