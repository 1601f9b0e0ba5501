#include "host/produce/bank_population.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "host/produce/bank_calendar.hpp"
#include "host/produce/bank_numbers.hpp"

namespace assay::host {
namespace {

struct TradeFacts {
  std::string_view category;
  std::int64_t usual_cents;
  std::string_view sign;
  std::uint32_t first_slot;  // in a city
  std::uint32_t slots;
};

// In the order of Trade.
constexpr TradeFacts trades[] = {
    {"5411", 32'00, "Market", 0, 4},         {"5812", 24'00, "Bistro", 4, 5},
    {"5541", 52'00, "Fuel", 9, 2},           {"4111", 6'50, "Transit", 11, 2},
    {"5912", 17'00, "Pharmacy", 13, 2},      {"5651", 58'00, "Fashion", 15, 3},
    {"5732", 140'00, "Electronics", 18, 2},  {"7011", 160'00, "Hotel", 20, 2},
    {"6011", 90'00, "ATM", 22, 3},           {"5964", 38'00, "Online", 0, 0},
    {"4829", 120'00, "Bank transfer", 0, 0},
};

constexpr std::string_view sign_words[] = {
    "Linden", "Harbour", "Crown", "Station", "Garden",  "Corner", "Mill",  "Castle",
    "River",  "Sun",     "Old",   "Central", "Bridge",  "Maple",  "Amber", "Royal",
    "North",  "Park",    "Tower", "Silver",  "Orchard", "Bell",   "Fox",   "Lake"};

constexpr std::string_view first_names[] = {
    "Anna",   "Lukas", "Marie",  "Jonas", "Sofia",   "Mateo", "Lucia", "Hugo",  "Emma",   "Noah",
    "Giulia", "Marco", "Chiara", "Luca",  "Camille", "Louis", "Chloe", "Jules", "Sanne",  "Daan",
    "Aoife",  "Sean",  "Ines",   "Tiago", "Aino",    "Eero",  "Eleni", "Nikos", "Fatima", "Omar",
    "Priya",  "Arjun", "Mei",    "Kenji", "Olga",    "Pavel", "Zofia", "Jakub", "Amara",  "Kofi"};

constexpr std::string_view last_names[] = {
    "Schmidt",  "Weber",      "Fischer",   "Bauer",    "Dubois",   "Moreau", "Laurent", "Garcia",
    "Lopez",    "Navarro",    "Rossi",     "Bianchi",  "Conti",    "Bakker", "Visser",  "Peeters",
    "Maes",     "Gruber",     "Huber",     "Murphy",   "Byrne",    "Silva",  "Costa",   "Korhonen",
    "Virtanen", "Nikolaidis", "Papadakis", "Hoffmann", "Kowalski", "Novak",  "Ivanova", "Yilmaz",
    "Haddad",   "Okafor",     "Mensah",    "Sharma",   "Patel",    "Tanaka", "Nguyen",  "Chen"};

constexpr std::string_view streets[] = {"Station Road",  "Mill Lane",     "Garden Street",
                                        "Market Square", "Church Street", "Harbour Road",
                                        "School Lane",   "Park Avenue",   "River Street"};

constexpr double mean_days_between_trips = 120;

// Spreads consecutive numbers over the range, each to its own place: the factor shares no divisor
// with 10^9.
constexpr std::uint64_t billion = 1'000'000'000;
std::uint64_t scattered(std::uint64_t serial, std::uint64_t seed) {
  return (serial * 618'033'989 % billion + seed % billion * 7) % billion;
}

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string two_digits(std::int64_t value) {
  return {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
}

template <std::size_t N>
std::string_view pick(SeededRandom& random, const std::string_view (&list)[N]) {
  return list[random.below(static_cast<std::uint32_t>(N))];
}

const TradeFacts& facts(Trade trade) { return trades[static_cast<std::size_t>(trade)]; }

}  // namespace

std::string_view merchant_category(Trade trade) { return facts(trade).category; }

std::int64_t usual_cents(Trade trade) { return facts(trade).usual_cents; }

BankPopulation::BankPopulation(std::uint64_t seed, std::uint32_t customers)
    : seed_(seed), landlords_(customers / 4 + 1) {
  SeededRandom random{seed ^ 0x706F70756C617465ULL};
  build_merchants(random);
  build_customers(random, std::max<std::uint32_t>(customers, 1));
}

void BankPopulation::build_merchants(SeededRandom& random) {
  const auto all = cities();
  merchants_.reserve(all.size() * slots_per_city + online_shops + 1);
  const auto count = static_cast<std::uint16_t>(all.size());
  for (std::uint16_t city = 0; city < count; ++city) {
    for (std::uint8_t trade = 0; trade <= static_cast<std::uint8_t>(Trade::cash_machine); ++trade) {
      for (std::uint32_t i = 0; i < trades[trade].slots; ++i) {
        std::string name;
        if (static_cast<Trade>(trade) == Trade::cash_machine) {
          name = "ATM " + std::string{all[city].name} + ' ' + std::to_string(i + 1);
        } else {
          name = std::string{pick(random, sign_words)} + ' ' + std::string{trades[trade].sign} +
                 ' ' + std::string{all[city].name};
        }
        // Within about five kilometres of the centre.
        const auto latitude = all[city].latitude_e4 + random.between(-450, 450);
        const auto longitude = all[city].longitude_e4 + random.between(-450, 450);
        merchants_.push_back({std::move(name), static_cast<Trade>(trade), city,
                              static_cast<std::int32_t>(latitude),
                              static_cast<std::int32_t>(longitude)});
      }
    }
  }
  for (std::uint32_t i = 0; i < online_shops; ++i) {
    const auto city =
        static_cast<std::uint16_t>(random.below(static_cast<std::uint32_t>(all.size())));
    merchants_.push_back({lower_case(sign_words[i]) + "-shop.example.com", Trade::online, city,
                          all[city].latitude_e4, all[city].longitude_e4});
  }
  merchants_.push_back(
      {"Bank transfer", Trade::bank_transfer, 0, all[0].latitude_e4, all[0].longitude_e4});
}

void BankPopulation::build_customers(SeededRandom& random, std::uint32_t count) {
  customers_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Customer customer{};
    customer.home =
        static_cast<std::uint16_t>(random.below(static_cast<std::uint32_t>(home_city_count())));
    customer.level_permille = static_cast<std::uint16_t>(random.half_to_twice_permille());
    customer.card_count = random.one_in(3) ? 2 : 1;
    static constexpr std::uint8_t pay_days[] = {1, 15, 25, 28};
    customer.pay_day = pay_days[random.below(4)];
    customer.hours_shifted = random.one_in(30) ? 8 : 0;
    customer.account_is_current = !random.one_in(5);
    for (auto& slot : customer.usual_shops) {
      slot = static_cast<std::uint8_t>(random.below(18));  // groceries to clothing
    }
    for (auto& shop : customer.usual_online) {
      shop = static_cast<std::uint8_t>(random.below(online_shops));
    }
    for (auto& payee : customer.payees) payee = random.below(count);
    customer.landlord = count + random.below(landlords_);
    customer.rent_cents =
        static_cast<std::int32_t>(random.between(400, 1100) * customer.level_permille / 1000 * 100);
    customer.next_trip_ms = static_cast<std::int64_t>(
        random.exponential() * mean_days_between_trips * static_cast<double>(day_ms));
    customer.device = random.bits() | 1;  // never 0, which says "none"
    customers_.push_back(customer);
  }
}

std::uint32_t BankPopulation::random_shop(SeededRandom& random, std::uint32_t city, Trade trade) {
  return shop(city, facts(trade).first_slot + random.below(facts(trade).slots));
}

std::uint32_t BankPopulation::online_shop(std::uint32_t index) const {
  return static_cast<std::uint32_t>(cities().size()) * slots_per_city + index % online_shops;
}

std::string BankPopulation::card_number(std::uint32_t customer, std::uint32_t card) const {
  const std::uint64_t serial = std::uint64_t{customer} * 2 + card;
  return make_card_number(static_cast<std::uint32_t>(serial % 6), scattered(serial, seed_));
}

std::uint32_t BankPopulation::stranger(SeededRandom& random) const {
  return static_cast<std::uint32_t>(customers_.size()) + landlords_ + random.below(1'000'000);
}

std::string BankPopulation::account_number(std::uint32_t account) const {
  const bool own = account < customers_.size();
  const std::size_t city = own ? customers_[account].home : account % home_city_count();
  return make_iban(cities()[city].country, billion + scattered(account, seed_));
}

void BankPopulation::write_holder(JsonLine& out, std::uint32_t index) const {
  const Customer& customer = customers_[index];
  const City& city = cities()[customer.home];
  // Each draw is a statement of its own: the order within an expression is the compiler's choice.
  SeededRandom random{seed_ ^ (index + 1) * 0x9E3779B97F4A7C15ULL};
  const std::string first{pick(random, first_names)};
  const std::string last{pick(random, last_names)};
  const std::string street{pick(random, streets)};
  const std::int64_t house = random.between(1, 199);
  const std::int64_t phone = random.between(100'000'000, 999'999'999);
  const std::string_view mail_domain = random.one_in(2) ? "@example.com" : "@example.org";
  const std::int64_t birth_year = random.between(1940, 2006);
  const std::int64_t birth_month = random.between(1, 12);
  const std::int64_t birth_day = random.between(1, 28);
  const std::string_view other_type = random.one_in(4) ? "fixed deposit" : "savings";
  const std::int64_t savings = random.between(500'00, 9'000'00);
  const std::int64_t balance =
      savings * random.skewed_permille() / 1000 * customer.level_permille / 1000;
  const auto id = static_cast<std::int64_t>(user_id(index));

  out.begin();
  out.number("user_id", id);
  out.text("name", first + ' ' + last);
  out.text("address", std::to_string(house) + ' ' + street + ", " + std::string{city.name} + ", " +
                          std::string{city.country});
  out.text("phone_number", "+999" + std::to_string(phone));
  out.text("email", lower_case(first) + '.' + lower_case(last) + '.' + std::to_string(id) +
                        std::string{mail_domain});
  out.text("date_of_birth", std::to_string(birth_year) + '-' + two_digits(birth_month) + '-' +
                                two_digits(birth_day));
  out.text("account_number", account_number(index));
  out.text("account_type", customer.account_is_current ? "current" : other_type);
  out.decimal("balance", balance, 2);
  out.text("city", city.name);
  out.text("time_zone", city.time_zone);
}

}  // namespace assay::host
