#include "host/produce/bank_simulator.hpp"

#include <algorithm>

#include "host/produce/bank_numbers.hpp"

namespace assay::host {
namespace {

constexpr double transactions_per_customer_and_day = 3.0;
constexpr double highest_fraud_rate = 0.5;

std::uint32_t population_size(const BankOptions& options) {
  if (options.customers > 0) return options.customers;
  return static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(options.transactions / 20, 100, 100'000));
}

double mean_genuine_gap_ms(const BankOptions& options) {
  const double genuine_share = 1.0 - options.fraud_rate;
  const double per_second =
      options.transactions_per_second > 0
          ? options.transactions_per_second
          : population_size(options) * transactions_per_customer_and_day * second_ms / day_ms;
  return second_ms / (per_second * genuine_share);
}

BankOptions within_range(BankOptions options) {
  options.fraud_rate = std::clamp(options.fraud_rate, 0.0, highest_fraud_rate);
  return options;
}

std::string_view to_string(TransactionType type) {
  static constexpr std::string_view names[] = {"purchase", "transfer", "withdrawal"};
  return names[static_cast<std::size_t>(type)];
}

std::string_view to_string(Channel channel) {
  static constexpr std::string_view names[] = {"pos", "ecommerce", "atm", "online_banking"};
  return names[static_cast<std::size_t>(channel)];
}

std::string_view device_text(std::uint64_t device, std::array<char, 16>& out) {
  static constexpr char hex[] = "0123456789abcdef";
  for (char& c : out) {
    c = hex[device >> 60];
    device <<= 4;
  }
  return {out.data(), out.size()};
}

}  // namespace

BankSimulator::BankSimulator(const BankOptions& options)
    : options_(within_range(options)),
      population_(options_.seed, population_size(options_)),
      random_(options_.seed),
      genuine_(population_, calendar_, random_),
      planner_(population_, calendar_, random_),
      mean_gap_ms_(mean_genuine_gap_ms(options_)),
      start_ms_(options_.start * second_ms),
      now_ms_(start_ms_),
      genuine_clock_(static_cast<double>(start_ms_)) {
  calendar_.advance(start_ms_);
  for (std::size_t i = 0; i < deck_.size(); ++i) deck_[i] = static_cast<FraudPattern>(i);
  next_genuine_ms_ = start_ms_ + gap_ms();
}

std::string_view BankSimulator::holder(std::uint32_t index) {
  population_.write_holder(json_, index);
  return json_.end();
}

bool BankSimulator::next(SimulatedTransaction& out) {
  if (emitted_ == options_.transactions) return false;
  plan_incidents();
  if (!pending_.empty() && pending_.top().time_ms <= next_genuine_ms_) {
    const BankEvent event = pending_.top();
    pending_.pop();
    now_ms_ = event.time_ms;
    calendar_.advance(now_ms_);
    write(event, out);
  } else {
    now_ms_ = next_genuine_ms_;
    calendar_.advance(now_ms_);
    write(genuine_.next(now_ms_, now_ms_ - start_ms_), out);
    next_genuine_ms_ = now_ms_ + gap_ms();
  }
  ++emitted_;
  return true;
}

std::int64_t BankSimulator::gap_ms() {
  const double busy = options_.transactions_per_second > 0 ? 1.0 : calendar_.busyness(now_ms_);
  genuine_clock_ += random_.exponential() * mean_gap_ms_ / busy;
  return static_cast<std::int64_t>(genuine_clock_) - now_ms_;
}

// Incidents are started whenever fewer frauds are planned than the rate asks for. The patterns come
// from a shuffled deck, so that each occurs as often as the others and all of them soon.
void BankSimulator::plan_incidents() {
  const double wanted = options_.fraud_rate * static_cast<double>(emitted_ + 1);
  if (static_cast<double>(frauds_planned_) >= wanted) return;
  for (std::size_t tries = 0; tries < deck_.size(); ++tries) {
    if (deck_next_ == deck_.size()) {
      for (std::size_t i = deck_.size() - 1; i > 0; --i) {
        std::swap(deck_[i], deck_[random_.below(static_cast<std::uint32_t>(i + 1))]);
      }
      deck_next_ = 0;
    }
    if (plan_incident(deck_[deck_next_++])) return;
  }
}

// False when the pattern has no victim or would not be over before the simulation is.
bool BankSimulator::plan_incident(FraudPattern pattern) {
  std::vector<BankEvent> events = planner_.plan(pattern, now_ms_, genuine_.last_sighting());
  if (events.empty() || events.front().time_ms < now_ms_) return false;
  const bool single = events.size() == 1 && events.front().time_ms == now_ms_;
  if (!single && !ends_in_time(events)) return false;
  ++incidents_;
  for (BankEvent& event : events) {
    event.incident = incidents_;
    pending_.push(event);
  }
  frauds_planned_ += events.size();
  return true;
}

// Half an incident would count as one that nobody found. A bank at its busiest has about twice the
// average number of payments for hours.
bool BankSimulator::ends_in_time(const std::vector<BankEvent>& events) const {
  const auto span = static_cast<double>(events.back().time_ms - now_ms_);
  const double before_its_end = 2.0 * span / mean_gap_ms_ + static_cast<double>(events.size());
  return before_its_end + static_cast<double>(pending_.size()) <=
         static_cast<double>(options_.transactions - emitted_);
}

void BankSimulator::write(const BankEvent& event, SimulatedTransaction& out) {
  const Merchant& merchant = population_.merchant(event.merchant);
  const City& place = cities()[event.city];
  const bool in_person = event.channel == Channel::pos || event.channel == Channel::atm;

  out.timestamp = event.time_ms / second_ms;
  out.user_id = BankPopulation::user_id(event.customer);
  out.pattern = event.pattern;
  out.incident = event.incident;
  out.strength_permille = event.strength_permille;
  write_uuid(random_, id_.data());
  out.id = {id_.data(), id_.size()};

  json_.begin();
  json_.text("transaction_id", out.id);
  json_.number("timestamp", out.timestamp);
  json_.number("user_id", static_cast<std::int64_t>(out.user_id));
  json_.decimal("amount", event.cents, 2);
  json_.text("currency", "EUR");
  json_.text("transaction_type", to_string(event.type));
  json_.text("location", place.name);
  json_.text("merchant", merchant.name);
  json_.text("card_number", population_.card_number(event.customer, event.card));
  json_.text("merchant_category", merchant_category(merchant.trade));
  json_.text("merchant_country", cities()[merchant.city].country);
  json_.decimal("latitude", in_person ? merchant.latitude_e4 : place.latitude_e4, 4);
  json_.decimal("longitude", in_person ? merchant.longitude_e4 : place.longitude_e4, 4);
  if (event.device != 0) {
    std::array<char, 16> device;
    json_.text("device_id", device_text(event.device, device));
  }
  if (event.payee != no_payee) json_.text("payee_account", population_.account_number(event.payee));
  json_.text("channel", to_string(event.channel));
  json_.text("status", event.declined ? "declined" : "approved");
  out.json = json_.end();

  write_label(event, out);
}

void BankSimulator::write_label(const BankEvent& event, SimulatedTransaction& out) {
  out.label = {};
  if (!event.pattern) return;
  label_.begin();
  label_.text("transaction_id", out.id);
  label_.boolean("fraud", true);
  label_.number("timestamp", out.timestamp);
  label_.text("pattern", to_string(*event.pattern));
  label_.number("incident", event.incident);
  label_.decimal("strength", event.strength_permille, 3);
  out.label = label_.end();
}

}  // namespace assay::host
