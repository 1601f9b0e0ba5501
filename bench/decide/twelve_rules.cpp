#include "bench/decide/twelve_rules.hpp"

namespace assay::bench {
namespace {

constexpr const char* kFields = R"(schema:
  fields:
    transaction_id: { type: text, required: true, role: id }
    timestamp: { type: time, required: true, role: time }
    user_id: { type: int64, required: true, role: customer }
    amount: { type: decimal, required: true, role: amount }
    currency: { type: text, role: currency }
    location: { type: text, required: true }
    merchant: { type: text, required: true }
    device_id: { type: int64 }
    latitude: { type: double }
    longitude: { type: double }
    card_number: { type: card }
)";

// Limits that few pass, as in a bank; every feature is read by one rule at least.
constexpr const char* kRules = R"(rules:
  large_amount: { version: 1, use: large_amount, parameters: { limits: { EUR: "1190.00" } } }
  raised_amount:
    version: 1
    use: large_amount
    parameters: { limits: { EUR: "1150.00" } }
    score: 0.2
  known_bad:
    version: 1
    use: list
    parameters: { field: merchant, kind: block, entries: ["Casino Royal", "Quick Cash"] }
  unusual_hour: { version: 1, use: unusual_hour }
  card_burst: { version: 1, when: card_count > 4, score: 0.5, reason: burst }
  card_spending:
    version: 1
    when: card_sum > 4000.00 && amount > card_max
    score: 0.3
    reason: spending
  card_shops:
    version: 1
    when: card_shops > 4 || card_pause < duration("1ms")
    score: 0.3
    reason: shops
  unlike_the_customer:
    version: 1
    when: user_count > 1 && double(amount) > user_mean + 3.0 * user_deviation
    score: 0.4
    reason: unlike
  elsewhere:
    version: 1
    when: user_place != location && user_known < duration("1s") && amount > 1000.00
    score: 0.2
    reason: elsewhere
  shop_attacked:
    version: 1
    when: shop_burst > 40 || shop_sum > 100000.00 || shop_cards > 40
    score: 0.4
    reason: attacked
  shop_testing:
    version: 1
    when: shop_day > 20 && shop_min < 0.50 && amount > 1000.00
    score: 0.2
    reason: testing
  device:
    version: 1
    when: >-
      device_burst > 4 || device_cards > 4 || device_sum > 9000.00 || device_week > 50 ||
      device_speed > 200000.0
    score: 0.3
    reason: device
)";

}  // namespace

const std::array<NamedFeature, 20> kTwentyFeatures{{
    {"card_count", "int64", "count() by card over 10m"},
    {"card_sum", "decimal", "sum(amount) by card over 24h"},
    {"card_max", "decimal", "max(amount) by card over previous 30d"},
    {"card_shops", "int64", "distinct(merchant) by card over 1h"},
    {"card_pause", "duration", "elapsed() by card"},
    {"user_count", "int64", "count() by user_id over 1h"},
    {"user_mean", "double", "mean(amount) by user_id over previous 30d"},
    {"user_deviation", "double", "stddev(amount) by user_id over previous 30d"},
    {"user_place", "text", "last(location) by user_id"},
    {"user_known", "duration", "first_seen(merchant) by user_id"},
    {"shop_burst", "int64", "count() by merchant over 10m"},
    {"shop_sum", "decimal", "sum(amount) by merchant over 1h"},
    {"shop_day", "int64", "count() by merchant over previous 24h"},
    {"shop_min", "decimal", "min(amount) by merchant over 1h"},
    {"shop_cards", "int64", "distinct(card) by merchant over 10m"},
    {"device_burst", "int64", "count() by device_id over 15m"},
    {"device_cards", "int64", "distinct(card) by device_id over 24h"},
    {"device_sum", "decimal", "sum(amount) by device_id over 24h"},
    {"device_week", "int64", "count() by device_id over previous 7d"},
    {"device_speed", "double", "speed(latitude, longitude) by device_id"},
}};

std::string twelve_rules(bool with_history) {
  std::string text = kFields;
  if (!with_history) {
    for (const auto& one : kTwentyFeatures) {
      text += "    " + std::string(one.name) + ": { type: " + one.type + " }\n";
    }
    return text + kRules;
  }
  text += "features:\n  memory: 8 GiB\n";
  for (const auto& one : kTwentyFeatures) {
    text += "  " + std::string(one.name) + ": " + one.text + "\n";
  }
  return text + kRules;
}

}  // namespace assay::bench
