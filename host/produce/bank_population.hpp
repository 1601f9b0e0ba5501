// Who and what exists in the simulated bank: customers with their homes, cards, accounts and
// habits, merchants with their city and coordinates, and the accounts that money goes to. Built
// once from a seed; only the customers' travel changes afterwards. Everything is made up: names
// from short lists, mail under example.com and example.org, telephone numbers under the unassigned
// country code 999, cards under test prefixes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/produce/cities.hpp"
#include "host/produce/json_line.hpp"
#include "host/produce/seeded_random.hpp"

namespace assay::host {

enum class Trade : std::uint8_t {
  grocery,
  restaurant,
  fuel,
  transport,
  pharmacy,
  clothing,
  electronics,
  hotel,
  cash_machine,
  online,
  bank_transfer,
};

struct Merchant {
  std::string name;
  Trade trade;
  std::uint16_t city;
  std::int32_t latitude_e4;
  std::int32_t longitude_e4;
};

struct Customer {
  std::uint16_t home;            // city
  std::uint16_t level_permille;  // spending beside the average
  std::uint8_t card_count;       // 1 or 2
  std::uint8_t pay_day;          // of the month
  std::uint8_t hours_shifted;    // 0, or how much later than others a night worker lives
  bool account_is_current;
  std::array<std::uint8_t, 6> usual_shops;  // slots of the home city
  std::array<std::uint8_t, 3> usual_online;
  std::array<std::uint32_t, 3> payees;  // accounts
  std::uint32_t landlord;               // account
  std::int32_t rent_cents;
  std::int32_t rent_paid_month;
  std::uint64_t device;

  // Travel: in no shop while under way; in `trip_city` from arrival until departure, then under way
  // again. The next trip is counted from the beginning of the simulation.
  std::uint16_t trip_city;
  std::int64_t next_trip_ms;
  std::int64_t arrives_ms;
  std::int64_t departs_ms;
  std::int64_t back_home_ms;
};

class BankPopulation {
 public:
  // At least one customer.
  BankPopulation(std::uint64_t seed, std::uint32_t customers);

  std::vector<Customer>& customers() { return customers_; }
  const std::vector<Customer>& customers() const { return customers_; }
  const Merchant& merchant(std::uint32_t index) const { return merchants_[index]; }

  static std::uint64_t user_id(std::uint32_t customer) { return 100'000 + customer; }
  std::string card_number(std::uint32_t customer, std::uint32_t card) const;

  // Shops stand in fixed slots of their city.
  static constexpr std::uint32_t slots_per_city = 25;
  static constexpr std::uint32_t first_cash_machine_slot = 22;
  static constexpr std::uint32_t online_shops = 24;
  static std::uint32_t shop(std::uint32_t city, std::uint32_t slot) {
    return city * slots_per_city + slot;
  }
  static std::uint32_t random_shop(SeededRandom& random, std::uint32_t city, Trade trade);
  std::uint32_t online_shop(std::uint32_t index) const;
  std::uint32_t bank_transfer() const { return static_cast<std::uint32_t>(merchants_.size() - 1); }

  // Accounts: the customers' own come first, in their order; then landlords; then strangers, whom
  // no genuine payment goes to.
  std::uint32_t stranger(SeededRandom& random) const;
  std::string account_number(std::uint32_t account) const;

  // The account holder's record in the sample schema.
  void write_holder(JsonLine& out, std::uint32_t customer) const;

 private:
  void build_merchants(SeededRandom& random);
  void build_customers(SeededRandom& random, std::uint32_t count);

  std::uint64_t seed_;
  std::uint32_t landlords_;
  std::vector<Merchant> merchants_;
  std::vector<Customer> customers_;
};

// Merchant category code (ISO 18245) and the usual amount of a trade.
std::string_view merchant_category(Trade trade);
std::int64_t usual_cents(Trade trade);

}  // namespace assay::host
