#include "host/kafka/dead_letter.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstring>

#include "core/decode/mask.hpp"

namespace assay::host {
namespace {

constexpr std::string_view connect_prefix = "__connect.errors.";
constexpr std::string_view our_prefix = "assay.errors.";

// A plain hash would be of no use here: who knows all but the card number of a payload finds the
// number by trying, within minutes. Of the masked payload it would not recognise the original.
// Keyed, it answers the one question it is for, "is this the same message", to us alone.
std::string keyed_hash(const PayloadKey& key, std::string_view payload) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), digest.data(),
       &size);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4u];
    hex += digits[digest[i] & 15u];
  }
  return hex;
}

std::string_view class_of(core::DecodeError error) {
  return error == core::DecodeError::too_large || error == core::DecodeError::too_deep ? "limit"
                                                                                       : "decode";
}

}  // namespace

PayloadKey payload_key(const core::CardTokenizer& tokenizer) {
  const auto mac = tokenizer.mac("assay dead letter payload");
  static_assert(sizeof mac == sizeof(PayloadKey));
  PayloadKey key;
  std::memcpy(key.data(), &mac, sizeof mac);
  return key;
}

DeadLetter make_dead_letter(const core::Reject& reject, RejectPlace place) {
  for (auto& [name, value] : place.headers) core::mask_digit_runs(value);
  return {
      .topic = std::move(place.topic),
      .partition = place.partition,
      .offset = reject.offset,
      .timestamp = reject.timestamp,
      .worker = place.worker,
      .stage = DeadLetter::Stage::decode,
      .error_class = std::string(class_of(reject.error)),
      .code = std::string(core::reason_code(reject.error)),
      .words = core::masked(reject.words),
      .config_hash = std::move(place.config_hash),
      .first_at = place.now,
      .redrive_count = reject.redriven,
      .payload_hmac = place.payload_key != nullptr ? keyed_hash(*place.payload_key, reject.payload)
                                                   : std::string(),
      .value = core::masked(reject.payload),
      .key = core::masked(reject.key),
      .headers = std::move(place.headers),
  };
}

RecordHeaders dead_letter_headers(const DeadLetter& letter, const DeadLetterOrigin& origin) {
  const bool decode = letter.stage == DeadLetter::Stage::decode;
  RecordHeaders all;
  const auto connect = [&](std::string_view name, std::string value) {
    all.emplace_back(std::string(connect_prefix).append(name), std::move(value));
  };
  const auto our = [&](std::string_view name, std::string value) {
    if (!value.empty()) all.emplace_back(std::string(our_prefix).append(name), std::move(value));
  };
  // Tools written for Kafka Connect find here what they look for, in Connect's own words for the
  // stages.
  connect("topic", letter.topic);
  connect("partition", std::to_string(letter.partition.value));
  connect("offset", std::to_string(letter.offset.value));
  connect("connector.name", origin.group);
  connect("task.id", std::to_string(letter.worker));
  connect("stage", decode ? "VALUE_CONVERTER" : "TASK_PUT");
  connect("class.name", decode ? "assay.decode" : "assay.sink." + letter.step);
  connect("exception.class.name", letter.error_class + "." + letter.code);
  connect("exception.message", letter.words);
  connect("exception.stacktrace", "");

  our("class", letter.error_class);
  our("code", letter.code);
  our("attempts", std::to_string(letter.attempts));
  our("first_at", std::to_string(letter.first_at));
  // The letter's own time is the time of writing: with the record's, a replay of an old log would
  // be deleted by the topic's retention as soon as it is written.
  our("timestamp", std::to_string(letter.timestamp));
  our("engine_version", origin.engine_version);
  our("config_hash", letter.config_hash.empty() ? origin.config_hash : letter.config_hash);
  our("step", letter.step);
  our("redrive_count", std::to_string(letter.redrive_count));
  our("payload_hmac_sha256", letter.payload_hmac);

  for (const auto& [name, value] : letter.headers) {
    if (!name.starts_with(connect_prefix) && !name.starts_with(our_prefix)) {
      all.emplace_back(name, value);
    }
  }
  return all;
}

}  // namespace assay::host
