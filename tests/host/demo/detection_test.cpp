// How well the shipped rules tell frauds from honest payments: what the demonstration promises.
// Seeds are fixed; what each run came to is printed.
#include "tests/host/demo/detection.hpp"

#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <string>

namespace assay::host {
namespace {

constexpr double kMostFlagged = 0.001;  // of a clean run
constexpr double kLeastRecall = 0.8;    // of a pattern's incidents far above the usual limit
constexpr std::uint64_t kLeastStrong = 10;

// Seventeen days each: history grows, and pay days come.
BankOptions bank(std::uint64_t seed, double fraud_rate, std::int64_t start) {
  BankOptions options;
  options.seed = seed;
  options.transactions = 60'000;
  options.customers = 1'200;
  options.fraud_rate = fraud_rate;
  options.start = start;
  return options;
}

struct Season {
  const char* name;
  std::uint64_t seed;
  std::int64_t start;  // unix seconds
};

constexpr std::int64_t january_5_2026 = 1'767'571'200;

// googletest looks for this name.
// NOLINTNEXTLINE(readability-identifier-naming)
void PrintTo(const Season& season, std::ostream* out) { *out << season.name; }

class CleanRun : public ::testing::TestWithParam<Season> {};

TEST_P(CleanRun, flags_at_most_one_in_a_thousand) {
  const auto options = bank(GetParam().seed, 0, GetParam().start);
  const auto facts = testing::detect(options);
  const auto flagged = facts.stored.flagged.size();
  std::cout << "seed " << options.seed << ": " << flagged << " of " << facts.stored.transactions
            << " flagged\n";
  for (const auto& rule : facts.rules) {
    if (rule.genuine > 0) std::cout << "  " << rule.id << ' ' << rule.genuine << '\n';
  }
  EXPECT_EQ(facts.stored.transactions, options.transactions);
  EXPECT_EQ(facts.frauds().transactions.injected, 0u);
  EXPECT_LE(static_cast<double>(flagged),
            kMostFlagged * static_cast<double>(facts.stored.transactions));
}

INSTANTIATE_TEST_SUITE_P(
    Detection, CleanRun,
    ::testing::Values(Season{"winter", 1, january_5_2026},
                      Season{"winter_again", 2, january_5_2026},
                      Season{"summer_holidays", 3, 1'784'505'600},     // 20 July, over 1 August
                      Season{"christmas_holidays", 4, 1'766'016'000},  // 18 December
                      Season{"spring", 5, 1'773'964'800}),             // 20 March
    [](const auto& season) { return std::string(season.param.name); });

TEST(Detection, finds_four_of_five_incidents_far_above_the_usual_limit) {
  std::array<DemoFacts::Found, fraud_pattern_count> strong{};
  for (const std::uint64_t seed : {11u, 12u, 13u}) {
    const auto facts = testing::detect(bank(seed, 0.02, january_5_2026));
    for (std::size_t i = 0; i < fraud_pattern_count; ++i) {
      strong[i].injected += facts.patterns[i].strong.injected;
      strong[i].found += facts.patterns[i].strong.found;
    }
    const auto all = facts.frauds();
    std::cout << "seed " << seed << ": " << all.incidents.found << " of " << all.incidents.injected
              << " incidents, " << all.transactions.found << " of " << all.transactions.injected
              << " transactions; " << facts.genuine_flagged << " genuine ones flagged\n";
  }
  for (std::size_t i = 0; i < fraud_pattern_count; ++i) {
    std::cout << "  " << fraud_pattern_names[i] << ": " << strong[i].found << " of "
              << strong[i].injected << " strong ones\n";
    EXPECT_GE(strong[i].injected, kLeastStrong) << fraud_pattern_names[i];
    EXPECT_GE(static_cast<double>(strong[i].found),
              kLeastRecall * static_cast<double>(strong[i].injected))
        << fraud_pattern_names[i];
  }
}

}  // namespace
}  // namespace assay::host
