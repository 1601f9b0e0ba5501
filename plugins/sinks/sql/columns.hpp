// Which column of a record goes where in the tables; the same for every store.
//
// A field that the tables know by name and type has a column; every other field that the schema
// offers goes, by name, into the JSON column `fields`. Nothing is required but an identity of the
// record, which the engine always offers: a schema of somebody else's loses no field here, it only
// finds it in another place. A holder's fields stay in their own table.
#pragma once

#include <assay/binder.hpp>
#include <assay/records.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::sql {

// A column that is there or not; read like a field.
template <class T>
class Slot {
 public:
  Slot() = default;
  explicit Slot(std::uint32_t column) : field_(Field<T>(column)) {}

  std::optional<T> operator()(const Row& row) const { return field_ ? row[*field_] : std::nullopt; }

 private:
  std::optional<Field<T>> field_;
};

using TextSlot = Slot<std::string_view>;

// A field without a column of its own: `key` is its name as JSON, with quotes and colon.
struct OtherField {
  std::string key;
  std::uint32_t type;
  std::uint32_t column;
};

struct DecisionColumns {
  void bind(const Binder& binder);

  Slot<Time> event_time;
  Slot<Time> record_time;
  Slot<Time> decided_at;
  Slot<std::int64_t> user_id;
  Slot<std::int64_t> record_offset;
  Slot<Money> amount;
  Slot<Token> card;
  Slot<double> score;
  Slot<bool> id_reused;
  TextSlot transaction_id, currency, transaction_type, location, merchant, card_bin, card_last4;
  TextSlot card_key_id, decision, inconclusive_rules, error_rules, config_hash;
  std::vector<OtherField> others;

  // A feed without a time of its own is filed by the time of the record.
  std::optional<Time> time_of(const Row& row) const {
    const auto own = event_time(row);
    return own ? own : record_time(row);
  }
};

struct HolderColumns {
  void bind(const Binder& binder);

  Slot<std::int64_t> user_id;
  Slot<Money> balance;
  TextSlot name, address, phone_number, email, date_of_birth, account_number, account_type;
  TextSlot city, time_zone;
  std::vector<OtherField> others;
};

}  // namespace assay::sql
