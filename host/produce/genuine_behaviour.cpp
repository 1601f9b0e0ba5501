#include "host/produce/genuine_behaviour.hpp"

#include <algorithm>

namespace assay::host {
namespace {

enum class Whereabouts : std::uint8_t { home, away, under_way };

Whereabouts whereabouts(const Customer& customer, std::int64_t since_start_ms) {
  if (since_start_ms >= customer.back_home_ms) return Whereabouts::home;
  const bool arrived = since_start_ms >= customer.arrives_ms;
  return arrived && since_start_ms < customer.departs_ms ? Whereabouts::away
                                                         : Whereabouts::under_way;
}

std::uint16_t city_of(const Customer& customer, std::int64_t since_start_ms) {
  return whereabouts(customer, since_start_ms) == Whereabouts::away ? customer.trip_city
                                                                    : customer.home;
}

}  // namespace

BankEvent GenuineBehaviour::next(std::int64_t now_ms, std::int64_t since_start_ms) {
  BankEvent event;
  event.time_ms = now_ms;
  event.customer = someone_awake(now_ms, since_start_ms);
  Customer& customer = population_.customers()[event.customer];
  event.city = city_of(customer, since_start_ms);
  event.card = static_cast<std::uint8_t>(random_.below(customer.card_count));
  event.declined = random_.one_in(50);

  const std::uint32_t what = random_.below(100);
  if (pays_rent_now(customer)) {
    event.type = TransactionType::transfer;
    event.channel = Channel::online_banking;
    event.merchant = population_.bank_transfer();
    event.payee = customer.landlord;
    event.cents = customer.rent_cents;
    event.device = customer.device;
  } else if (what < 6) {
    draw_cash(event, customer);
  } else if (what < 13) {
    send_money(event, customer);
  } else if (what < 35) {
    buy_online(event, customer);
  } else {
    buy_in_shop(event, customer);
  }
  if (event.channel == Channel::pos || event.channel == Channel::atm) {
    last_sighting_ = Sighting{event.customer, event.city, now_ms, event.card};
    maybe_leave(customer, since_start_ms);
  }
  return event;
}

std::uint32_t GenuineBehaviour::someone_awake(std::int64_t now_ms, std::int64_t since_start_ms) {
  const auto count = static_cast<std::uint32_t>(population_.customers().size());
  std::uint32_t chosen = 0;
  // In the small hours most are asleep: after some tries whoever came last gets up, so that time
  // stays bounded.
  for (int tries = 0; tries < 16; ++tries) {
    const std::uint32_t candidate = random_.below(count);
    const Customer& customer = population_.customers()[candidate];
    if (whereabouts(customer, since_start_ms) == Whereabouts::under_way) continue;
    chosen = candidate;
    const City& city = cities()[city_of(customer, since_start_ms)];
    const int hour = calendar_.local_hour(city, now_ms - customer.hours_shifted * hour_ms);
    if (random_.below(BankCalendar::most_awake) <
        static_cast<std::uint32_t>(BankCalendar::wakefulness(hour))) {
      break;
    }
  }
  return chosen;
}

void GenuineBehaviour::maybe_leave(Customer& customer, std::int64_t since_start_ms) {
  // Whoever would travel before long does so in the holidays.
  const std::int64_t brought_forward = calendar_.holidays() ? 45 * day_ms : 0;
  if (since_start_ms + brought_forward < customer.next_trip_ms) return;
  if (since_start_ms < customer.back_home_ms) return;
  // The nearer of two places: most trips are short.
  const auto all = cities();
  const auto count = static_cast<std::uint32_t>(all.size());
  const auto first = static_cast<std::uint16_t>(random_.below(count));
  const auto second = static_cast<std::uint16_t>(random_.below(count));
  const City& home = all[customer.home];
  customer.trip_city =
      distance_km(home, all[first]) < distance_km(home, all[second]) ? first : second;

  constexpr std::int64_t airliner_km_per_hour = 700;
  const std::int64_t journey_ms =
      2 * hour_ms + distance_km(home, all[customer.trip_city]) * hour_ms / airliner_km_per_hour;
  customer.arrives_ms = since_start_ms + journey_ms;
  customer.departs_ms = customer.arrives_ms + random_.between(24, 200) * hour_ms;
  customer.back_home_ms = customer.departs_ms + journey_ms;
  customer.next_trip_ms = customer.back_home_ms + random_.between(30, 200) * day_ms;
}

bool GenuineBehaviour::pays_rent_now(Customer& customer) {
  const int days_since_pay = calendar_.day_of_month() - customer.pay_day;
  if (days_since_pay < 0 || days_since_pay > 3) return false;
  if (customer.rent_paid_month == calendar_.month()) return false;
  customer.rent_paid_month = calendar_.month();
  return true;
}

void GenuineBehaviour::buy_online(BankEvent& event, const Customer& customer) {
  event.channel = Channel::ecommerce;
  const bool usual = !random_.one_in(4);
  event.merchant = population_.online_shop(usual ? customer.usual_online[random_.below(3)]
                                                 : random_.below(BankPopulation::online_shops));
  event.cents = amount(customer, Trade::online);
  event.device = customer.device;
}

void GenuineBehaviour::send_money(BankEvent& event, const Customer& customer) {
  event.type = TransactionType::transfer;
  event.channel = Channel::online_banking;
  event.merchant = population_.bank_transfer();
  event.payee = customer.payees[random_.below(3)];
  event.cents = amount(customer, Trade::bank_transfer);
  event.device = customer.device;
}

void GenuineBehaviour::draw_cash(BankEvent& event, const Customer& customer) {
  event.type = TransactionType::withdrawal;
  event.channel = Channel::atm;
  event.merchant = BankPopulation::random_shop(random_, event.city, Trade::cash_machine);
  constexpr std::int64_t note = 10'00;
  event.cents = std::max(note, amount(customer, Trade::cash_machine) / note * note);
}

void GenuineBehaviour::buy_in_shop(BankEvent& event, const Customer& customer) {
  const bool at_home = event.city == customer.home;
  const bool usual = at_home && !random_.one_in(4);
  // At home nobody needs a hotel, the last two slots before the cash machines.
  const std::uint32_t slots = BankPopulation::first_cash_machine_slot - (at_home ? 2 : 0);
  const std::uint32_t slot = usual ? customer.usual_shops[random_.below(6)] : random_.below(slots);
  event.merchant = BankPopulation::shop(event.city, slot);
  event.cents = amount(customer, population_.merchant(event.merchant).trade);
  // The car, the sofa: what a large-amount rule has to live with.
  if (random_.one_in(3000)) event.cents *= 20;
}

std::int64_t GenuineBehaviour::amount(const Customer& customer, Trade trade) {
  std::int64_t cents =
      usual_cents(trade) * random_.skewed_permille() / 1000 * customer.level_permille / 1000;
  const int days_since_pay = calendar_.day_of_month() - customer.pay_day;
  if (days_since_pay >= 0 && days_since_pay <= 3) cents = cents * 12 / 10;
  return std::max<std::int64_t>(cents, 50);
}

}  // namespace assay::host
