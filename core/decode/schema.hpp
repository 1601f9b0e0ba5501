// What a message must look like: the fields, their types, and where in the JSON each one stands.
//
// A schema is declared by the configuration (the sample schemas are the defaults) and checked once,
// by make(); after that it never changes. A field's place is a JSON pointer, so any feed maps onto
// fields without code. A card field never becomes a slot of its own: it leaves a keyed token, the
// first six and the last four digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "core/model/layout.hpp"

namespace assay::core {

// How a JSON value is read.
//
//   int64     a whole number, or a text that holds one
//   float64   a number, or a text that holds one
//   boolean   true or false
//   decimal   a number or a text that holds one, exact at scale 4
//   time      seconds or milliseconds since 1970 as number or text, or ISO 8601 (timestamp.hpp)
//   duration  seconds as a number, or a text with a unit ("90s") or an offset ("+02:00")
//   text      a text; a number is taken as it is written
//   card      12 to 19 digits as text or number, spaces and dashes allowed
enum class FieldKind : std::uint8_t {
  int64,
  float64,
  boolean,
  decimal,
  time,
  duration,
  text,
  card
};

// "int64", "double", "bool", "decimal", "time", "duration", "text", "card".
std::string_view to_string(FieldKind kind);
std::optional<FieldKind> field_kind(std::string_view name);

// What the engine itself needs to find in a transaction.
enum class FieldRole : std::uint8_t { none, id, time, amount, currency, customer };

std::string_view to_string(FieldRole role);
std::optional<FieldRole> field_role(std::string_view name);

struct FieldSpec {
  std::string name;  // of the slot; for a card the slots are named by CardSlots
  FieldKind kind = FieldKind::text;
  std::string json_pointer{};  // RFC 6901, e.g. /payment/amount; empty means /<name>
  bool required = false;
  FieldRole role = FieldRole::none;
};

// The names of the three slots that a card field leaves: `card_number` gives card, card_bin,
// card_last4; a name that does not end in _number is used as it stands.
struct CardSlots {
  std::string token;
  std::string bin;
  std::string last4;
  static CardSlots of(std::string_view field);
};

class Schema final {
 public:
  // Refuses, in words: no field, a bad or a shared pointer, a pointer below another field's, a
  // repeated name, a role given twice or to a type that cannot play it.
  static tl::expected<Schema, std::string> make(std::vector<FieldSpec> fields);

  const std::vector<FieldSpec>& fields() const { return fields_; }
  // The field that plays the role, or nothing.
  const FieldSpec* find(FieldRole role) const;

  // Adds the schema's slots, in the order of the fields.
  void add_to(Layout& layout) const;

 private:
  explicit Schema(std::vector<FieldSpec> fields) : fields_(std::move(fields)) {}
  std::vector<FieldSpec> fields_;
};

// The steps of a JSON pointer, unescaped; nothing where it is not one.
std::optional<std::vector<std::string>> pointer_steps(std::string_view pointer);

// The transactions and account holders of the sample bank.
Schema sample_transaction_schema();
Schema sample_holder_schema();

}  // namespace assay::core
