#include "host/produce/fraud_strength.hpp"

#include <algorithm>
#include <set>

#include "host/produce/bank_calendar.hpp"
#include "host/produce/cities.hpp"

namespace assay::host {
namespace {

std::uint32_t ratio(std::int64_t value, std::int64_t usual) {
  return static_cast<std::uint32_t>(value * 1000 / usual);
}

std::int64_t largest(std::span<const BankEvent> events) {
  return std::max_element(events.begin(), events.end(),
                          [](const BankEvent& a, const BankEvent& b) { return a.cents < b.cents; })
      ->cents;
}

// The most that `count` says of the payments in any stretch of time of that length.
template <typename Count>
std::int64_t densest(std::span<const BankEvent> events, std::int64_t window_ms, Count count) {
  std::int64_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < events.size(); ++last) {
    while (events[last].time_ms - events[first].time_ms >= window_ms) ++first;
    most =
        std::max(most, static_cast<std::int64_t>(count(events.subspan(first, last + 1 - first))));
  }
  return most;
}

std::int64_t payers(std::span<const BankEvent> events) {
  std::set<std::uint32_t> different;
  for (const BankEvent& event : events) different.insert(event.customer);
  return static_cast<std::int64_t>(different.size());
}

std::int64_t speed(const Sighting& seen, const BankEvent& event) {
  const std::int64_t km = distance_km(cities()[seen.city], cities()[event.city]);
  return km * hour_ms / std::max<std::int64_t>(event.time_ms - seen.time_ms, 1);
}

}  // namespace

std::uint32_t strength_permille(FraudPattern pattern, std::span<const BankEvent> events,
                                const std::optional<Sighting>& seen) {
  const auto size = [](std::span<const BankEvent> some) { return some.size(); };
  switch (pattern) {
    case FraudPattern::large_amount:
      return ratio(largest(events), usual::large_cents);
    case FraudPattern::foreign_location:
      return ratio(largest(events), usual::abroad_cents);
    case FraudPattern::card_testing:  // the last one is the cash-out
      return ratio(static_cast<std::int64_t>(events.size()) - 1, usual::probes);
    case FraudPattern::burst:
      return ratio(densest(events, 10 * minute_ms, size), usual::burst);
    case FraudPattern::impossible_travel:
      return seen ? ratio(speed(*seen, events.front()), usual::travel_km_per_hour) : 0;
    case FraudPattern::structuring:
      return ratio(densest(events, day_ms, size), usual::structured);
    case FraudPattern::account_takeover:
      return ratio(largest(events), usual::night_cents);
    case FraudPattern::mule_fan_in:  // the last one is the mule's own
      return ratio(densest(events.first(events.size() - 1), day_ms, payers), usual::mule_payers);
  }
  return 0;
}

}  // namespace assay::host
