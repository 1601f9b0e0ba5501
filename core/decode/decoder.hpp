// Turns the bytes of a message into the slots of a row, or into a reason why not.
//
// One pass with simdjson On-Demand over a padded copy. The object is read to its end, values that
// no field wants included, so whatever is accepted is JSON from the first byte to the last. Missing
// and null are the same: absent. Nothing is allocated after construction, and nothing throws.
//
// Thread: one decoder per worker.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/decode/card_token.hpp"
#include "core/decode/decode_error.hpp"
#include "core/decode/schema.hpp"
#include "core/model/layout.hpp"
#include "core/model/message.hpp"
#include "core/model/row_block.hpp"
#include "core/model/sip_hash.hpp"

namespace assay::core {

struct DecodeOptions {
  std::uint32_t max_message = 1u << 20;  // bytes
  std::uint32_t max_depth = 64;          // nested objects and lists, the message itself included
  // ISO 4217, for transactions without one; empty: the field is then required.
  std::string default_currency;
  // How far an event may lie behind or ahead of its record's timestamp, in nanoseconds; nothing:
  // any distance. A record without a timestamp (0 or less) is not judged.
  std::optional<std::int64_t> time_behind;
  std::optional<std::int64_t> time_ahead = 300'000'000'000;
  // A message whose Kafka key is a card number (card_key.hpp) is refused.
  bool refuse_card_keys = false;
  // Required by a schema with a card; must outlive the decoder and belong to its thread.
  const CardTokenizer* tokenizer = nullptr;
  // Of id_hash and content_hash; the same for as long as hashes are kept.
  HashKey hash_key;
};

// What the engine wants to know of a row beside its slots.
struct DecodedRow {
  std::int64_t event_time = 0;     // nanoseconds since 1970; 0 without a field of that role
  std::uint64_t id_hash = 0;       // of the id's text; 0 without a field of that role
  std::uint64_t content_hash = 0;  // of the whole payload
  std::uint32_t nul_replaced = 0;  // how many \u0000 became U+FFFD
};

class Decoder final {
 public:
  // The layout has the schema's slots (Schema::add_to) and outlives the decoder. Throws
  // std::invalid_argument where it lacks one, or where a card field has no tokenizer.
  Decoder(const Schema& schema, const Layout& layout, DecodeOptions options);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  // Fills the row, which add_row() has just made. After an error the row holds a part: drop it.
  DecodeError decode(const Message& message, RowBlock& block, std::uint32_t row) noexcept;

  // Of the newest message: after ok, and after an error.
  const DecodedRow& decoded() const;
  const DecodeDetail& detail() const;

 private:
  class Walk;
  std::unique_ptr<Walk> walk_;
};

}  // namespace assay::core
