#include "bench/features/plain_features.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_set>

#include "core/features/place.hpp"

namespace assay::bench {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr double kMoney = 10'000;  // units in 1.00

// The events of a key that lie less than `window` before `time`, newest first.
template <class Events, class Visit>
void walk(const Events& events, std::int64_t time, std::int64_t window, Visit&& visit) {
  for (auto one = events.rbegin(); one != events.rend(); ++one) {
    if (time - one->time >= window) return;
    visit(*one);
  }
}

template <class Events>
double count(const Events& events, std::int64_t time, std::int64_t window) {
  std::int64_t all = 0;
  walk(events, time, window, [&](const auto&) { ++all; });
  return static_cast<double>(all);
}

template <class Events>
double sum(const Events& events, std::int64_t time, std::int64_t window) {
  std::int64_t all = 0;
  walk(events, time, window, [&](const auto& one) { all += one.amount; });
  return static_cast<double>(all);
}

template <class Events, class Better>
std::optional<double> extreme(const Events& events, std::int64_t time, std::int64_t window,
                              Better&& better) {
  std::optional<std::int64_t> found;
  walk(events, time, window, [&](const auto& one) {
    if (!found || better(one.amount, *found)) found = one.amount;
  });
  if (!found) return std::nullopt;
  return static_cast<double>(*found);
}

template <class Events, class Value>
double distinct(const Events& events, std::int64_t time, std::int64_t window, Value&& value) {
  std::unordered_set<std::uint64_t> values;
  walk(events, time, window, [&](const auto& one) { values.insert(value(one)); });
  return static_cast<double>(values.size());
}

}  // namespace

PlainFeatures::Answers PlainFeatures::compute(const core::RowBlock& block, std::uint32_t row) {
  const auto time = block.int64(row, slots_[0]);
  const auto merchant = std::hash<std::string_view>()(block.text(row, slots_[3]));
  const Event now{time,
                  block.int64(row, slots_[5]),
                  block.token(row, slots_[1]).low,
                  merchant,
                  block.float64(row, slots_[8]),
                  block.float64(row, slots_[9]),
                  std::string(block.text(row, slots_[7]))};
  auto& of_card = cards_[now.card];
  auto& of_user = users_[static_cast<std::uint64_t>(block.int64(row, slots_[2]))];
  auto& of_merchant = merchants_[merchant];
  auto& of_device = devices_[static_cast<std::uint64_t>(block.int64(row, slots_[4]))];
  Answers to;

  // What leaves the transaction itself out.
  to[2] = extreme(of_card, time, 30 * kDay, std::greater<>());
  if (!of_card.empty()) to[4] = static_cast<double>(time - of_card.back().time);
  const auto users = count(of_user, time, 30 * kDay);
  const auto mean = sum(of_user, time, 30 * kDay) / users;
  if (users > 0) to[6] = mean / kMoney;
  if (users > 1) {
    double squares = 0;
    walk(of_user, time, 30 * kDay, [&](const Event& one) {
      squares +=
          (static_cast<double>(one.amount) - mean) * (static_cast<double>(one.amount) - mean);
    });
    to[7] = std::sqrt(squares / (users - 1)) / kMoney;
  }
  if (!of_user.empty()) to[8] = static_cast<double>(of_user.back().location.size());
  to[9] = 0;
  walk(of_user, time, 400 * kDay, [&](const Event& one) {
    if (one.merchant == merchant) to[9] = static_cast<double>(time - one.time);
  });
  to[12] = count(of_merchant, time, kDay);
  to[18] = count(of_device, time, 7 * kDay);
  if (!of_device.empty()) {
    const auto& last = of_device.back();
    to[19] = core::speed_kmh(
        core::distance_km(last.latitude, last.longitude, now.latitude, now.longitude),
        time - last.time);
  }

  for (auto* events : {&of_card, &of_user, &of_merchant, &of_device}) events->push_back(now);
  const auto by_merchant = [](const Event& one) { return std::uint64_t{one.merchant}; };
  const auto by_card = [](const Event& one) { return one.card; };
  to[0] = count(of_card, time, 10 * kMinute);
  to[1] = sum(of_card, time, kDay);
  to[3] = distinct(of_card, time, kHour, by_merchant);
  to[5] = count(of_user, time, kHour);
  to[10] = count(of_merchant, time, 10 * kMinute);
  to[11] = sum(of_merchant, time, kHour);
  to[13] = extreme(of_merchant, time, kHour, std::less<>());
  to[14] = distinct(of_merchant, time, 10 * kMinute, by_card);
  to[15] = count(of_device, time, 15 * kMinute);
  to[16] = distinct(of_device, time, kDay, by_card);
  to[17] = sum(of_device, time, kDay);
  return to;
}

}  // namespace assay::bench
