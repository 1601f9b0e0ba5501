#include "host/produce/bank_simulator.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <set>
#include <string>

#include "host/produce/bank_numbers.hpp"

namespace assay::host {
namespace {

// Everything a bank says, as one text.
std::string bytes_of(const BankOptions& options) {
  BankSimulator bank{options};
  std::string all;
  for (std::uint32_t i = 0; i < bank.customers(); ++i) all.append(bank.holder(i)) += '\n';
  SimulatedTransaction transaction{};
  while (bank.next(transaction)) {
    all.append(transaction.json) += '\n';
    all.append(transaction.label) += '\n';
  }
  return all;
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

TEST(BankSimulator, same_seed_gives_same_bytes) {
  EXPECT_EQ(bytes_of({.seed = 42, .transactions = 5'000}),
            bytes_of({.seed = 42, .transactions = 5'000}));
}

TEST(BankSimulator, another_seed_gives_other_bytes) {
  EXPECT_NE(bytes_of({.seed = 42, .transactions = 500}),
            bytes_of({.seed = 43, .transactions = 500}));
}

// Other compilers, optimisation levels and machines must agree on this number. It changes only when
// the simulated bank is changed on purpose.
TEST(BankSimulator, bytes_of_a_seed_are_the_same_everywhere) {
  EXPECT_EQ(fnv1a(bytes_of({.seed = 7, .transactions = 2'000})), 10'278'754'180'193'340'147ULL);
}

TEST(BankSimulator, gives_exactly_as_many_as_asked) {
  for (const std::uint64_t wanted : {0u, 1u, 999u}) {
    BankSimulator bank{{.transactions = wanted}};
    SimulatedTransaction transaction{};
    std::uint64_t given = 0;
    while (bank.next(transaction)) ++given;
    EXPECT_EQ(given, wanted);
    EXPECT_FALSE(bank.next(transaction));
  }
}

TEST(BankSimulator, time_never_runs_back_and_begins_at_the_start) {
  BankSimulator bank{{.seed = 3, .transactions = 50'000, .start = 1'600'000'000}};
  SimulatedTransaction transaction{};
  std::int64_t previous = 1'600'000'000;
  while (bank.next(transaction)) {
    ASSERT_GE(transaction.timestamp, previous);
    previous = transaction.timestamp;
  }
  EXPECT_LT(previous, 1'600'000'000 + 10 * 86'400);
}

TEST(BankSimulator, even_pace_follows_the_wanted_rate) {
  BankSimulator bank{{.transactions = 50'000, .transactions_per_second = 100}};
  SimulatedTransaction transaction{};
  std::int64_t first = 0;
  while (bank.next(transaction)) {
    if (first == 0) first = transaction.timestamp;
  }
  EXPECT_NEAR(static_cast<double>(transaction.timestamp - first), 500, 25);
}

TEST(BankSimulator, share_of_frauds_is_near_the_rate_and_every_pattern_occurs) {
  for (const double rate : {0.005, 0.02, 0.1}) {
    BankSimulator bank{{.seed = 5, .transactions = 40'000, .fraud_rate = rate}};
    SimulatedTransaction transaction{};
    std::map<FraudPattern, int> found;
    int frauds = 0;
    while (bank.next(transaction)) {
      if (!transaction.pattern) continue;
      ++frauds;
      ++found[*transaction.pattern];
    }
    EXPECT_NEAR(frauds / 40'000.0, rate, rate * 0.15);
    EXPECT_EQ(found.size(), fraud_pattern_count);
  }
}

TEST(BankSimulator, no_frauds_when_the_rate_is_zero) {
  BankSimulator bank{{.transactions = 2'000, .fraud_rate = 0.0}};
  SimulatedTransaction transaction{};
  while (bank.next(transaction)) ASSERT_TRUE(transaction.label.empty());
}

TEST(BankSimulator, transactions_are_json_of_the_sample_schema) {
  BankSimulator bank{{.seed = 9, .transactions = 5'000, .fraud_rate = 0.05}};
  SimulatedTransaction transaction{};
  simdjson::dom::parser parser;
  std::set<std::string> ids;
  while (bank.next(transaction)) {
    simdjson::dom::element json;
    ASSERT_EQ(parser.parse(transaction.json.data(), transaction.json.size()).get(json),
              simdjson::SUCCESS);
    EXPECT_TRUE(ids.insert(std::string{transaction.id}).second);
    EXPECT_EQ(json["transaction_id"].get_string().value(), transaction.id);
    EXPECT_EQ(json["timestamp"].get_int64().value(), transaction.timestamp);
    EXPECT_EQ(json["user_id"].get_uint64().value(), transaction.user_id);
    EXPECT_GT(json["amount"].get_double().value(), 0.0);
    EXPECT_EQ(json["currency"].get_string().value(), "EUR");
    EXPECT_FALSE(json["location"].get_string().value().empty());
    EXPECT_FALSE(json["merchant"].get_string().value().empty());
    EXPECT_TRUE(luhn_valid(json["card_number"].get_string().value()));
    EXPECT_NEAR(json["latitude"].get_double().value(), 0, 90);
    EXPECT_NEAR(json["longitude"].get_double().value(), 0, 180);
    const std::string_view type = json["transaction_type"].get_string().value();
    EXPECT_TRUE(type == "purchase" || type == "transfer" || type == "withdrawal") << type;
    std::string_view payee;
    const bool has_payee = json["payee_account"].get(payee) == simdjson::SUCCESS;
    EXPECT_EQ(has_payee, type == "transfer");
    if (has_payee) {
      EXPECT_TRUE(iban_valid(payee)) << payee;
    }
  }
}

// A mule's incident has at least four payments, card testing three, structuring two.
TEST(BankSimulator, incidents_are_over_before_the_simulation_is) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BankSimulator bank{{.seed = seed, .transactions = 4'000, .fraud_rate = 0.05}};
    SimulatedTransaction transaction{};
    std::map<std::uint32_t, std::pair<FraudPattern, int>> incidents;
    while (bank.next(transaction)) {
      if (!transaction.pattern) continue;
      auto& [pattern, payments] = incidents[transaction.incident];
      pattern = *transaction.pattern;
      ++payments;
    }
    for (const auto& [number, incident] : incidents) {
      const auto [pattern, payments] = incident;
      const int least = pattern == FraudPattern::mule_fan_in    ? 4
                        : pattern == FraudPattern::card_testing ? 3
                        : pattern == FraudPattern::burst        ? 3
                        : pattern == FraudPattern::structuring  ? 2
                                                                : 1;
      EXPECT_GE(payments, least) << to_string(pattern) << ", seed " << seed;
    }
  }
}

TEST(BankSimulator, labels_are_json_about_their_transaction) {
  BankSimulator bank{{.seed = 9, .transactions = 5'000, .fraud_rate = 0.05}};
  SimulatedTransaction transaction{};
  simdjson::dom::parser parser;
  int labels = 0;
  while (bank.next(transaction)) {
    ASSERT_EQ(transaction.label.empty(), !transaction.pattern.has_value());
    if (transaction.label.empty()) continue;
    ++labels;
    simdjson::dom::element json;
    ASSERT_EQ(parser.parse(transaction.label.data(), transaction.label.size()).get(json),
              simdjson::SUCCESS);
    EXPECT_EQ(json["transaction_id"].get_string().value(), transaction.id);
    EXPECT_TRUE(json["fraud"].get_bool().value());
    EXPECT_EQ(json["timestamp"].get_int64().value(), transaction.timestamp);
    EXPECT_EQ(json["pattern"].get_string().value(), to_string(*transaction.pattern));
    EXPECT_EQ(json["incident"].get_uint64().value(), transaction.incident);
    EXPECT_DOUBLE_EQ(json["strength"].get_double().value(), transaction.strength_permille / 1000.0);
    EXPECT_GT(transaction.strength_permille, 300u);
  }
  EXPECT_GT(labels, 100);
}

TEST(BankSimulator, holders_are_json_with_valid_accounts_and_reserved_mail_domains) {
  BankSimulator bank{{.seed = 4, .transactions = 10, .customers = 300}};
  ASSERT_EQ(bank.customers(), 300u);
  simdjson::dom::parser parser;
  std::set<std::string> accounts;
  for (std::uint32_t i = 0; i < bank.customers(); ++i) {
    const std::string_view text = bank.holder(i);
    simdjson::dom::element json;
    ASSERT_EQ(parser.parse(text.data(), text.size()).get(json), simdjson::SUCCESS);
    EXPECT_EQ(json["user_id"].get_uint64().value(), BankSimulator::user_id(i));
    const std::string_view account = json["account_number"].get_string().value();
    EXPECT_TRUE(iban_valid(account)) << account;
    EXPECT_TRUE(accounts.emplace(account).second) << account;
    const std::string_view mail = json["email"].get_string().value();
    EXPECT_TRUE(mail.ends_with("@example.com") || mail.ends_with("@example.org")) << mail;
    EXPECT_EQ(json["date_of_birth"].get_string().value().size(), 10u);
    EXPECT_GT(json["balance"].get_double().value(), 0.0);
    for (const char* name :
         {"name", "address", "phone_number", "account_type", "city", "time_zone"}) {
      EXPECT_FALSE(json[name].get_string().value().empty()) << name;
    }
  }
}

TEST(BankSimulator, every_transaction_belongs_to_a_holder) {
  BankSimulator bank{{.transactions = 3'000, .customers = 50}};
  SimulatedTransaction transaction{};
  while (bank.next(transaction)) {
    EXPECT_GE(transaction.user_id, BankSimulator::user_id(0));
    EXPECT_LT(transaction.user_id, BankSimulator::user_id(bank.customers()));
  }
}

TEST(BankSimulator, a_bank_with_one_customer_still_works) {
  BankSimulator bank{{.transactions = 2'000, .customers = 1, .fraud_rate = 0.1}};
  SimulatedTransaction transaction{};
  int given = 0;
  while (bank.next(transaction)) ++given;
  EXPECT_EQ(given, 2'000);
}

// Honest people pay at home unless they travel, and travel by land or air.
TEST(BankSimulator, honest_customers_never_travel_impossibly) {
  BankSimulator bank{{.seed = 8, .transactions = 100'000, .customers = 500, .fraud_rate = 0.0}};
  SimulatedTransaction transaction{};
  simdjson::dom::parser parser;
  struct Seen {
    std::int64_t time;
    std::string city;
  };
  std::map<std::uint64_t, Seen> last;
  std::map<std::string, City> by_name;
  for (const City& city : cities()) by_name[std::string{city.name}] = city;
  int moves = 0;
  while (bank.next(transaction)) {
    simdjson::dom::element json;
    ASSERT_EQ(parser.parse(transaction.json.data(), transaction.json.size()).get(json),
              simdjson::SUCCESS);
    const std::string city{json["location"].get_string().value()};
    const auto found = last.find(transaction.user_id);
    if (found != last.end() && found->second.city != city) {
      ++moves;
      const auto hours = static_cast<double>(transaction.timestamp - found->second.time) / 3600.0;
      const auto km = static_cast<double>(distance_km(by_name[found->second.city], by_name[city]));
      EXPECT_LT(km / hours, 800) << found->second.city << " to " << city;
    }
    last[transaction.user_id] = {transaction.timestamp, city};
  }
  EXPECT_GT(moves, 100);
}

}  // namespace
}  // namespace assay::host
