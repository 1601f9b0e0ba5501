// The kinds of fraud that the simulated bank suffers: the words that ground truth and reports use.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay::host {

enum class FraudPattern : std::uint8_t {
  large_amount,
  foreign_location,
  card_testing,
  burst,
  impossible_travel,
  structuring,
  account_takeover,
  mule_fan_in,
};

inline constexpr std::size_t fraud_pattern_count = 8;

inline constexpr std::array<std::string_view, fraud_pattern_count> fraud_pattern_names = {
    "large_amount",      "foreign_location", "card_testing",     "burst",
    "impossible_travel", "structuring",      "account_takeover", "mule_fan_in"};

constexpr std::string_view to_string(FraudPattern pattern) {
  return fraud_pattern_names[static_cast<std::size_t>(pattern)];
}

}  // namespace assay::host
