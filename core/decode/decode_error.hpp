// Why a message could not become a transaction, as a code that is counted and as words.
//
// The code is a label of metrics and of dead letters and does not change; the words are for the
// person who reads the dead letter. Neither holds a value of the message: it may be a card number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::core {

enum class DecodeError : std::uint8_t {
  ok,
  empty,
  schema_registry,
  too_large,
  not_json,
  trailing_text,
  repeated_key,
  missing_field,
  wrong_type,
  too_many_digits,
  out_of_range,
  too_deep,
  bad_utf8,
  implausible_time,
  card_invalid,
  card_in_key,  // of the record, not of the JSON object
  // Not the message's fault: the block is full. Flush the batch and decode again.
  arena_full,
};
constexpr std::size_t kDecodeErrors = static_cast<std::size_t>(DecodeError::arena_full) + 1;

// "not_json", "repeated_key", ...: stable, for counters and headers.
std::string_view reason_code(DecodeError error);

// Where and what, beside the code. Views point into the schema, string literals or the decoder's
// own buffer: valid until the decoder's next message.
struct DecodeDetail {
  std::string_view field;     // name of the field, or the repeated key; empty where none is known
  std::string_view pointer;   // where the schema looks for it
  std::string_view expected;  // in words; empty where the code says it all
  std::string_view found;     // the kind of value that stood there: "a list"
  std::uint32_t offset = 0;   // byte of the message, from 0
  std::int64_t number = 0;    // size, limit, id or seconds, as the code needs it
  std::int64_t limit = 0;
};

// One sentence or two: what, where, what was expected, how to fix it.
std::string describe(DecodeError error, const DecodeDetail& detail);

}  // namespace assay::core
