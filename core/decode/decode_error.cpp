#include "core/decode/decode_error.hpp"

#include <array>

#include "core/decode/mask.hpp"

namespace assay::core {
namespace {

constexpr std::array<std::string_view, kDecodeErrors> kCodes{"ok",
                                                             "empty",
                                                             "schema_registry",
                                                             "too_large",
                                                             "not_json",
                                                             "trailing_text",
                                                             "repeated_key",
                                                             "missing_field",
                                                             "wrong_type",
                                                             "too_many_digits",
                                                             "out_of_range",
                                                             "too_deep",
                                                             "bad_utf8",
                                                             "implausible_time",
                                                             "card_invalid",
                                                             "card_in_key",
                                                             "arena_full"};

std::string at_byte(const DecodeDetail& detail) {
  return " at byte " + std::to_string(detail.offset);
}

std::string named(const DecodeDetail& detail) {
  if (detail.field.empty()) return "the message";
  std::string words = "field " + std::string(detail.field);
  if (!detail.pointer.empty()) words += " (" + std::string(detail.pointer) + ")";
  return words;
}

std::string expectation(const DecodeDetail& detail) {
  std::string words;
  if (!detail.expected.empty()) words += ": expected " + std::string(detail.expected);
  if (!detail.found.empty()) words += ", found " + std::string(detail.found);
  return words;
}

std::string words_of(DecodeError error, const DecodeDetail& detail) {
  switch (error) {
    case DecodeError::ok:
      return "decoded";
    case DecodeError::empty:
      return "the message is empty; expected one JSON object";
    case DecodeError::schema_registry:
      return "the message begins with a schema registry's magic byte (schema id " +
             std::to_string(detail.number) +
             "), so it is Avro, Protobuf or registry JSON; Assay reads plain JSON: let the "
             "producer write JSON without a registry, or convert the topic";
    case DecodeError::too_large:
      return "the message has " + std::to_string(detail.number) + " bytes, the limit is " +
             std::to_string(detail.limit) + "; raise the limit or send less";
    case DecodeError::not_json:
      return "not JSON" + at_byte(detail) + expectation(detail);
    case DecodeError::trailing_text:
      return "text after the end of the JSON object" + at_byte(detail) +
             "; expected one object per message";
    case DecodeError::repeated_key:
      return "the key " + std::string(detail.field) + " is repeated" + at_byte(detail) +
             "; each key may stand once in its object";
    case DecodeError::missing_field:
      return named(detail) + " is missing or null" +
             (detail.expected.empty() ? std::string("; the schema requires it")
                                      : "; " + std::string(detail.expected));
    case DecodeError::wrong_type:
      return named(detail) + " has the wrong type" + at_byte(detail) + expectation(detail);
    case DecodeError::too_many_digits:
      return named(detail) + " has too many digits" + at_byte(detail) + expectation(detail);
    case DecodeError::out_of_range:
      return named(detail) + " is out of range" + at_byte(detail) + expectation(detail);
    case DecodeError::too_deep:
      return "objects or lists are nested deeper than " + std::to_string(detail.limit) + " levels" +
             at_byte(detail);
    case DecodeError::bad_utf8:
      return "the message is not valid UTF-8" +
             (detail.offset != 0 ? at_byte(detail) : std::string());
    case DecodeError::implausible_time:
      return named(detail) + " lies " + std::to_string(detail.number) + " s " +
             std::string(detail.expected) + " the record's timestamp; at most " +
             std::to_string(detail.limit) + " s are allowed";
    case DecodeError::card_invalid:
      return named(detail) + " is not a card number" + at_byte(detail) +
             ": expected 12 to 19 digits, spaces and dashes allowed";
    case DecodeError::card_in_key:
      return "the message's Kafka key is a card number, which every tool of Kafka shows in clear; "
             "key the topic by another field, or accept such keys with source.key_is_pan: "
             "tokenise";
    case DecodeError::arena_full:
      return "the batch has no room for the texts of this message";
  }
  return "unknown reason";
}

}  // namespace

std::string_view reason_code(DecodeError error) { return kCodes[static_cast<std::size_t>(error)]; }

std::string describe(DecodeError error, const DecodeDetail& detail) {
  auto words = words_of(error, detail);
  // A key is the sender's own text, and somebody will use a card number as a key.
  if (error == DecodeError::repeated_key) mask_digit_runs(words);
  return words;
}

}  // namespace assay::core
