#include "host/application/card_key.hpp"

#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include "core/model/invariant.hpp"
#include "host/application/refusal.hpp"

namespace assay::host {
namespace {

constexpr std::size_t kLargestKeyFile = 4096;  // bytes

}  // namespace

core::CardKey made_up_card_key() {
  std::array<std::uint8_t, 32> bytes{};
  core::invariant(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1,
                  "the system has random numbers");
  return std::move(*core::CardKey::of(bytes));
}

std::optional<core::CardKey> read_card_key(const CardConfig& config, Diagnostics& diagnostics) {
  std::string text;
  std::string from;
  if (!config.key_file.empty()) {
    from = "key file `" + config.key_file + "`";
    const auto source = Source::load(config.key_file, kLargestKeyFile);
    if (!source) {
      refuse(diagnostics, Code::card_key_missing, {}, "the card " + from + " cannot be read",
             source.error(), "`assay token keygen FILE` makes one");
      return std::nullopt;
    }
    text = (*source)->text();
  } else if (!config.key_env.empty()) {
    from = "key in the environment variable " + config.key_env;
    const auto* value = std::getenv(config.key_env.c_str());
    if (value) text = value;
  }
  if (text.empty()) {
    refuse(
        diagnostics, Code::card_key_missing, {}, "there is no key for card numbers",
        "card numbers become keyed tokens while they are read; `card.key_file` or `card.key_env` "
        "says where the key is",
        "`assay token keygen FILE` makes one");
    return std::nullopt;
  }
  auto key = core::CardKey::parse(text);
  if (!key) {
    refuse(diagnostics, Code::card_key_missing, {}, "the card " + from + " is not a key",
           key.error());
    return std::nullopt;
  }
  return std::move(*key);
}

}  // namespace assay::host
