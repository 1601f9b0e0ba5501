// A decision as the JSON that goes to a topic.
//
//   {"format":1,"record":{"topic":..,"partition":..,"offset":..},
//    "decision":"decline","score":0.9,"decided_at":"2026-11-23T18:34:46.123Z",...
//    "transaction":{every bound field of the transaction},
//    "reasons":[{"rule":..,"version":..,"reason":..,"score":..,"words":..,"evidence":{..}}],
//    "shadow_reasons":[...]}
//
// Absent fields are left out. Amounts are numbers with all their digits, times RFC 3339 in UTC,
// tokens 32 hexadecimal digits; there is no card number in a record, so none comes out.
//
// Thread: bind on control, the rest on the sink's.
#pragma once

#include <assay/sink.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::kafka {

// A field whose type is known at bind only.
struct Column {
  std::string name;
  std::uint32_t type = 0;
  std::uint32_t column = 0;
};

class DecisionJson {
 public:
  // `wanted` are the names to send; none: everything but the holder's. `key` is bound as well.
  void bind(const Binder& binder, const std::vector<std::string>& wanted, std::string_view key);

  // Replaces what is in `json`.
  void write(const Records& records, std::uint32_t row, std::string& json) const;

  // The text of the key's field; nothing where it is absent.
  [[nodiscard]] std::optional<std::string> key(const Row& row) const;

  // (topic, partition, offset) with group and step: the same for a repeat.
  [[nodiscard]] std::string idempotency_key(const Records& records, std::uint32_t row) const;

 private:
  void add_reasons(const Records& records, std::uint32_t row, std::uint16_t mode,
                   std::string& json) const;

  std::vector<Column> decision_;
  std::vector<Column> transaction_;
  std::optional<Column> key_;
  Field<std::int64_t> record_offset_;
};

}  // namespace assay::kafka
