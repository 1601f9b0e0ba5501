// What makes an honest customer look odd to a rule is in the simulated bank, too: holidays far from
// home, pay days, rents. False positives counted on a bank without these would mean nothing.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "host/produce/bank_calendar.hpp"
#include "host/produce/bank_simulator.hpp"

namespace assay::host {
namespace {

constexpr std::int64_t february_2_2026 = 1'769'990'400;
constexpr std::int64_t july_27_2026 = 1'785'110'400;

struct Payment {
  std::int64_t timestamp;
  std::uint64_t user;
  double amount;
  std::string city;
  std::string home;
  std::string type;
  std::string payee;
};

void live(const BankOptions& options, const std::function<void(const Payment&)>& take) {
  BankSimulator bank{options};
  simdjson::dom::parser parser;
  const auto parse = [&](std::string_view text) {
    return parser.parse(text.data(), text.size()).value();
  };
  std::map<std::uint64_t, std::string> homes;
  for (std::uint32_t i = 0; i < bank.customers(); ++i) {
    const auto holder = parse(bank.holder(i));
    homes[holder["user_id"].get_uint64().value()] = holder["city"].get_string().value();
  }
  SimulatedTransaction transaction{};
  while (bank.next(transaction)) {
    const auto json = parse(transaction.json);
    std::string_view payee;
    if (json["payee_account"].get(payee) != simdjson::SUCCESS) payee = {};
    take({transaction.timestamp, transaction.user_id, json["amount"].get_double().value(),
          std::string(json["location"].get_string().value()), homes[transaction.user_id],
          std::string(json["transaction_type"].get_string().value()), std::string(payee)});
  }
}

double share_away(std::int64_t start) {
  double away = 0;
  double all = 0;
  live({.seed = 11, .transactions = 20'000, .customers = 400, .fraud_rate = 0, .start = start},
       [&](const Payment& payment) {
         ++all;
         away += payment.city != payment.home ? 1 : 0;
       });
  return away / all;
}

TEST(HonestLife, many_are_away_in_the_holidays_and_some_at_any_time) {
  const auto february = share_away(february_2_2026);
  const auto august = share_away(july_27_2026);
  EXPECT_GT(february, 0.005);
  EXPECT_LT(february, 0.1);
  EXPECT_GT(august, 2 * february);
  EXPECT_LT(august, 0.5);
}

// The pay days are 1, 15, 25 and 28: these two months have all of them.
TEST(HonestLife, rent_is_paid_once_a_month_after_pay_day_to_the_same_landlord) {
  std::map<std::uint64_t, std::map<std::string, int>> rents;
  int large = 0;
  live({.seed = 12,
        .transactions = 36'000,
        .customers = 200,
        .fraud_rate = 0,
        .start = february_2_2026},
       [&](const Payment& payment) {
         if (payment.type != "transfer" || payment.amount < 400) return;
         ++rents[payment.user][payment.payee];
         large += payment.amount > 1'500 ? 1 : 0;
       });
  int tenants = 0;
  for (const auto& [user, landlords] : rents) {
    for (const auto& [landlord, times] : landlords) tenants += times == 2 ? 1 : 0;
  }
  EXPECT_GT(tenants, 100);
  EXPECT_GT(large, 20) << "a rent may exceed what a careless limit allows";
}

}  // namespace
}  // namespace assay::host
