// Payments that a test makes up by hand, in the shape of the sample schema.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

namespace assay::testing {

inline std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The last noon before the test began: no hour that a rule finds unusual, whenever it runs.
inline std::int64_t noon_seconds() {
  constexpr std::int64_t kDay = 86'400;
  constexpr std::int64_t kNoon = kDay / 2;
  static const std::int64_t noon = (now_seconds() - kNoon) / kDay * kDay + kNoon;
  return noon;
}

// A payment as JSON, with these members in the place of the usual ones; null leaves one out.
inline std::string payment(const nlohmann::json& changed) {
  nlohmann::json message{{"transaction_id", "tx-1"},
                         {"timestamp", noon_seconds()},
                         {"user_id", 7},
                         {"amount", 12.5},
                         {"currency", "EUR"},
                         {"transaction_type", "purchase"},
                         {"location", "Berlin"},
                         {"merchant", "Bakery"},
                         {"card_number", "4111111111111111"}};
  if (changed.is_object()) message.merge_patch(changed);
  return message.dump();
}

}  // namespace assay::testing
