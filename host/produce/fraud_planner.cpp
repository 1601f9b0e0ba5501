#include "host/produce/fraud_planner.hpp"

#include <algorithm>

#include "host/produce/fraud_strength.hpp"

namespace assay::host {

std::vector<BankEvent> FraudPlanner::plan(FraudPattern pattern, std::int64_t now_ms,
                                          const std::optional<Sighting>& seen) {
  std::vector<BankEvent> events;
  switch (pattern) {
    case FraudPattern::large_amount:
      events = large_amount(now_ms);
      break;
    case FraudPattern::foreign_location:
      events = foreign_location(now_ms);
      break;
    case FraudPattern::card_testing:
      events = card_testing(now_ms);
      break;
    case FraudPattern::burst:
      events = burst(now_ms);
      break;
    case FraudPattern::impossible_travel:
      if (seen) events = impossible_travel(*seen);
      break;
    case FraudPattern::structuring:
      events = structuring(now_ms);
      break;
    case FraudPattern::account_takeover:
      events = account_takeover(now_ms);
      break;
    case FraudPattern::mule_fan_in:
      if (population_.customers().size() > 3) events = mule_fan_in(now_ms);
      break;
  }
  if (events.empty()) return events;
  std::stable_sort(events.begin(), events.end(),
                   [](const BankEvent& a, const BankEvent& b) { return a.time_ms < b.time_ms; });
  const std::uint32_t strength = strength_permille(pattern, events, seen);
  for (BankEvent& event : events) {
    event.pattern = pattern;
    event.strength_permille = strength;
  }
  return events;
}

std::uint32_t FraudPlanner::someone() {
  return random_.below(static_cast<std::uint32_t>(population_.customers().size()));
}

BankEvent FraudPlanner::base(std::uint32_t victim, std::int64_t time_ms) {
  BankEvent event;
  event.time_ms = time_ms;
  event.customer = victim;
  event.city = population_.customers()[victim].home;
  return event;
}

BankEvent FraudPlanner::transfer(std::uint32_t victim, std::int64_t time_ms, std::int64_t cents,
                                 std::uint32_t payee) {
  BankEvent event = base(victim, time_ms);
  event.type = TransactionType::transfer;
  event.channel = Channel::online_banking;
  event.merchant = population_.bank_transfer();
  event.payee = payee;
  event.cents = cents;
  event.device = population_.customers()[victim].device;
  return event;
}

std::uint16_t FraudPlanner::city_far_from(std::uint16_t city, std::int64_t at_least_km) {
  const auto all = cities();
  // From any city most of the table is further than the few hundred kilometres asked for.
  for (;;) {
    const auto other =
        static_cast<std::uint16_t>(random_.below(static_cast<std::uint32_t>(all.size())));
    if (distance_km(all[city], all[other]) >= at_least_km) return other;
  }
}

std::int64_t FraudPlanner::usual_times(std::int64_t usual) {
  // A few odd cents, so that amounts do not betray themselves by being round.
  const std::int64_t drawn = usual * random_.half_to_twice_permille() / 1000;
  return drawn + random_.between(0, 99);
}

std::uint32_t FraudPlanner::usual_count(std::uint32_t usual, std::uint32_t at_least) {
  const auto count =
      static_cast<std::uint32_t>((usual * random_.half_to_twice_permille() + 500) / 1000);
  return std::max(count, at_least);
}

std::vector<BankEvent> FraudPlanner::large_amount(std::int64_t now_ms) {
  const std::uint32_t victim = someone();
  const std::int64_t cents = usual_times(usual::large_cents);
  if (random_.one_in(2)) {
    const std::uint32_t payee = population_.stranger(random_);
    return {transfer(victim, now_ms, cents, payee)};
  }
  BankEvent event = base(victim, now_ms);
  event.merchant = BankPopulation::random_shop(random_, event.city, Trade::electronics);
  event.cents = cents;
  return {event};
}

std::vector<BankEvent> FraudPlanner::foreign_location(std::int64_t now_ms) {
  const std::uint32_t victim = someone();
  const std::uint16_t city = city_far_from(population_.customers()[victim].home, 400);
  const std::uint32_t count = 1 + random_.below(3);
  std::vector<BankEvent> events;
  std::int64_t time = now_ms;
  for (std::uint32_t i = 0; i < count; ++i) {
    BankEvent event = base(victim, time);
    event.city = city;
    event.merchant = BankPopulation::random_shop(
        random_, city, random_.one_in(2) ? Trade::clothing : Trade::electronics);
    event.cents = usual_times(usual::abroad_cents);
    events.push_back(event);
    time += random_.between(3, 40) * minute_ms;
  }
  return events;
}

std::vector<BankEvent> FraudPlanner::card_testing(std::int64_t now_ms) {
  const std::uint32_t victim = someone();
  const std::uint64_t device = random_.bits() | 1;
  const std::uint32_t probes = usual_count(usual::probes, 2);
  const std::uint32_t shop = population_.online_shop(random_.below(BankPopulation::online_shops));
  std::vector<BankEvent> events;
  std::int64_t time = now_ms;
  for (std::uint32_t i = 0; i <= probes; ++i) {
    BankEvent event = base(victim, time);
    event.channel = Channel::ecommerce;
    event.device = device;
    const bool cash_out = i == probes;
    event.merchant = cash_out ? population_.online_shop(shop + 1) : shop;
    event.cents = cash_out ? usual_times(500'00) : random_.between(50, 9'99);
    event.declined = !cash_out && random_.chance(0.4);
    events.push_back(event);
    time +=
        i + 1 < probes ? random_.between(1, 40) * second_ms : random_.between(2, 240) * minute_ms;
  }
  return events;
}

std::vector<BankEvent> FraudPlanner::burst(std::int64_t now_ms) {
  const std::uint32_t victim = someone();
  const std::uint32_t count = usual_count(usual::burst, 3);
  const std::int64_t window_ms = usual_times(600) * second_ms;
  std::vector<BankEvent> events;
  for (std::uint32_t i = 0; i < count; ++i) {
    BankEvent event = base(victim, now_ms + window_ms * i / count);
    event.merchant = BankPopulation::shop(event.city, random_.below(20));
    event.cents = random_.between(15'00, 250'00);
    event.declined = random_.one_in(5);
    events.push_back(event);
  }
  return events;
}

std::vector<BankEvent> FraudPlanner::impossible_travel(const Sighting& seen) {
  const std::uint16_t city = city_far_from(seen.city, 500);
  const std::int64_t speed = usual::travel_km_per_hour * random_.half_to_twice_permille() / 1000;
  const std::int64_t journey_ms =
      distance_km(cities()[seen.city], cities()[city]) * hour_ms / speed;
  BankEvent event = base(seen.customer, seen.time_ms + journey_ms);
  event.city = city;
  event.card = seen.card;  // the thief's copy of the card that was seen
  event.merchant = BankPopulation::random_shop(
      random_, city, random_.one_in(2) ? Trade::electronics : Trade::cash_machine);
  event.cents = usual_times(200'00);
  if (population_.merchant(event.merchant).trade == Trade::cash_machine) {
    event.type = TransactionType::withdrawal;
    event.channel = Channel::atm;
    event.cents = event.cents / 10'00 * 10'00;
  }
  return {event};
}

std::vector<BankEvent> FraudPlanner::structuring(std::int64_t now_ms) {
  const std::uint32_t victim = someone();
  const std::uint32_t count = usual_count(usual::structured, 2);
  const std::uint32_t payee = population_.stranger(random_);
  // Apart by 1 to 8 hours: three fit in a day with ease, six often do not.
  std::vector<BankEvent> events;
  std::int64_t time = now_ms;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::int64_t cents = usual::reporting_cents * random_.between(780, 995) / 1000;
    events.push_back(transfer(victim, time, cents, payee));
    time += random_.between(60, 480) * minute_ms;
  }
  return events;
}

std::vector<BankEvent> FraudPlanner::account_takeover(std::int64_t now_ms) {
  const std::uint32_t victim = someone();
  const City& home = cities()[population_.customers()[victim].home];
  // The thief waits for the victim's night, 02:00 to 05:00.
  const int hour = calendar_.local_hour(home, now_ms);
  const std::int64_t wait_hours = hour >= 2 && hour < 4 ? 0 : (26 - hour) % 24;
  std::int64_t time = now_ms + wait_hours * hour_ms;
  const std::uint64_t device = random_.bits() | 1;
  const std::uint32_t payee = population_.stranger(random_);
  const std::uint32_t count = 2 + random_.below(3);
  std::int64_t cents = usual_times(usual::night_cents);
  std::vector<BankEvent> events;
  for (std::uint32_t i = 0; i < count; ++i) {
    BankEvent event = transfer(victim, time, cents, payee);
    event.device = device;
    events.push_back(event);
    time += random_.between(40, 600) * second_ms;
    cents += cents * random_.between(10, 60) / 100;
  }
  return events;
}

std::vector<BankEvent> FraudPlanner::mule_fan_in(std::int64_t now_ms) {
  const std::uint32_t mule = someone();
  const std::uint32_t payers = usual_count(usual::mule_payers, 3);
  const std::int64_t window_ms = usual_times(600) * minute_ms;
  std::int64_t collected = 0;
  std::vector<BankEvent> events;
  for (std::uint32_t i = 0; i < payers; ++i) {
    std::uint32_t payer = someone();
    while (payer == mule) payer = someone();
    const std::int64_t cents = random_.between(250'00, 950'00);
    collected += cents;
    events.push_back(transfer(payer, now_ms + window_ms * i / payers, cents, mule));
  }
  // Passed on soon after the last arrival, less the mule's commission.
  const std::uint32_t stranger = population_.stranger(random_);
  const std::int64_t passed_on = collected * random_.between(85, 97) / 100;
  const std::int64_t passed_on_at = now_ms + window_ms + random_.between(5, 120) * minute_ms;
  events.push_back(transfer(mule, passed_on_at, passed_on, stranger));
  return events;
}

}  // namespace assay::host
