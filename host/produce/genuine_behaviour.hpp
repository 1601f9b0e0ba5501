// What honest customers do: they shop where they usually shop, while they are awake, more after pay
// day; they pay rent once a month, draw cash, send money to people they know, buy online from their
// own device, and now and then travel, most of them in the holidays. Whoever is under way is in no
// shop, so honest customers never travel impossibly.
#pragma once

#include <cstdint>
#include <optional>

#include "host/produce/bank_calendar.hpp"
#include "host/produce/bank_event.hpp"
#include "host/produce/bank_population.hpp"
#include "host/produce/seeded_random.hpp"

namespace assay::host {

// Where, when and with which card a customer last stood in a shop or at a cash machine.
struct Sighting {
  std::uint32_t customer;
  std::uint16_t city;
  std::int64_t time_ms;
  std::uint8_t card = 0;
};

class GenuineBehaviour {
 public:
  // All three outlive this object.
  GenuineBehaviour(BankPopulation& population, const BankCalendar& calendar, SeededRandom& random)
      : population_(population), calendar_(calendar), random_(random) {}

  // One honest payment at this time, by whoever is likely to pay then. `since_start_ms` drives
  // travel.
  BankEvent next(std::int64_t now_ms, std::int64_t since_start_ms);

  const std::optional<Sighting>& last_sighting() const { return last_sighting_; }

 private:
  std::uint32_t someone_awake(std::int64_t now_ms, std::int64_t since_start_ms);
  void maybe_leave(Customer& customer, std::int64_t since_start_ms);
  bool pays_rent_now(Customer& customer);
  void buy_online(BankEvent& event, const Customer& customer);
  void send_money(BankEvent& event, const Customer& customer);
  void draw_cash(BankEvent& event, const Customer& customer);
  void buy_in_shop(BankEvent& event, const Customer& customer);
  std::int64_t amount(const Customer& customer, Trade trade);

  BankPopulation& population_;
  const BankCalendar& calendar_;
  SeededRandom& random_;
  std::optional<Sighting> last_sighting_;
};

}  // namespace assay::host
