// Plans incidents of fraud: one incident is a handful of payments that belong together. Sizes,
// counts and speeds are drawn from half to twice of what rules usually catch (fraud_strength.hpp
// has the limits), so that some incidents stay below every limit, as in life. How far an incident
// goes is on each of its payments.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "host/produce/bank_calendar.hpp"
#include "host/produce/bank_event.hpp"
#include "host/produce/bank_population.hpp"
#include "host/produce/genuine_behaviour.hpp"
#include "host/produce/seeded_random.hpp"

namespace assay::host {

class FraudPlanner {
 public:
  // All three outlive this object.
  FraudPlanner(const BankPopulation& population, const BankCalendar& calendar, SeededRandom& random)
      : population_(population), calendar_(calendar), random_(random) {}

  // The payments of one incident from `now_ms` on, in time order. Empty when the pattern has no
  // victim yet: travel needs a customer who was just seen somewhere, a mule at least three payers.
  std::vector<BankEvent> plan(FraudPattern pattern, std::int64_t now_ms,
                              const std::optional<Sighting>& seen);

 private:
  std::uint32_t someone();
  // A payment by the victim at home, to be completed.
  BankEvent base(std::uint32_t victim, std::int64_t time_ms);
  BankEvent transfer(std::uint32_t victim, std::int64_t time_ms, std::int64_t cents,
                     std::uint32_t payee);
  std::uint16_t city_far_from(std::uint16_t city, std::int64_t at_least_km);
  std::int64_t usual_times(std::int64_t usual);
  std::uint32_t usual_count(std::uint32_t usual, std::uint32_t at_least);

  std::vector<BankEvent> large_amount(std::int64_t now_ms);
  std::vector<BankEvent> foreign_location(std::int64_t now_ms);
  std::vector<BankEvent> card_testing(std::int64_t now_ms);
  std::vector<BankEvent> burst(std::int64_t now_ms);
  std::vector<BankEvent> impossible_travel(const Sighting& seen);
  std::vector<BankEvent> structuring(std::int64_t now_ms);
  std::vector<BankEvent> account_takeover(std::int64_t now_ms);
  std::vector<BankEvent> mule_fan_in(std::int64_t now_ms);

  const BankPopulation& population_;
  const BankCalendar& calendar_;
  SeededRandom& random_;
};

}  // namespace assay::host
