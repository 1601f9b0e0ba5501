// A record that goes no further, with all that a person or a redrive needs to know, and nothing of
// a card number.
//
// Thread: any; plain values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/decode/card_token.hpp"
#include "core/model/position.hpp"
#include "core/pipeline/pipeline.hpp"

namespace assay::host {

using RecordHeaders = std::vector<std::pair<std::string, std::string>>;

struct DeadLetter {
  enum class Stage : std::uint8_t { decode, sink };

  std::string topic{};
  core::PartitionId partition{};
  core::Offset offset{};
  std::int64_t timestamp = 0;  // of the record, nanoseconds since 1970
  std::uint32_t worker = 0;
  Stage stage = Stage::decode;
  std::string error_class{};  // "decode", "limit", "data"
  std::string code{};         // a decode error's, an SQLSTATE, a reply of a mail server
  std::string words{};
  std::string step{};         // of the chain; empty before there was one
  std::string config_hash{};  // under which it was read or judged; empty: the origin's
  std::uint32_t attempts = 1;
  std::int64_t first_at = 0;  // of the first failure, nanoseconds since 1970
  std::uint32_t redrive_count = 0;
  std::string payload_hmac{};  // lower-case hex, or empty
  std::string value{};         // our JSON where the message decoded, else masked bytes
  std::string key{};           // masked; empty: none
  RecordHeaders headers{};     // the record's own, values masked
};

/// Who writes the letter: the same for all of a process.
struct DeadLetterOrigin {
  std::string group{};
  std::string engine_version{};
  std::string config_hash{};
};

/// Key of the payload hash, derived from the card key under a label of its own.
using PayloadKey = std::array<std::uint8_t, 16>;
[[nodiscard]] PayloadKey payload_key(const core::CardTokenizer& tokenizer);

struct RejectPlace {
  std::string topic{};
  core::PartitionId partition{};
  std::uint32_t worker = 0;
  std::int64_t now = 0;                     // nanoseconds since 1970
  const PayloadKey* payload_key = nullptr;  // none: the letter carries no hash
  RecordHeaders headers{};
  std::string config_hash{};
};

/// A message that did not decode. Payload, key and header values leave this function masked.
[[nodiscard]] DeadLetter make_dead_letter(const core::Reject& reject, RejectPlace place);

/// Kafka Connect's ten, ours, and then the record's own, in this order: names that collide with
/// ours are left out of the latter.
[[nodiscard]] RecordHeaders dead_letter_headers(const DeadLetter& letter,
                                                const DeadLetterOrigin& origin);

}  // namespace assay::host
