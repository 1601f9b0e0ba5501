// Nothing lost, nothing twice, whatever happens in whatever order: the engine's own worker,
// tracker, sink threads and deliveries on a virtual clock, with a crash possible wherever one of
// them waits.
//
// ASSAY_SEEDS says how many runs (1,000 otherwise), ASSAY_SEED which one alone: with all that
// happened in it, in the same order each time.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <random>
#include <string>

#include "tests/simulation/run.hpp"

namespace assay::simulation {
namespace {

std::optional<std::uint64_t> number_in(const char* variable) {
  const auto* text = std::getenv(variable);
  return text ? std::optional(std::stoull(text)) : std::nullopt;
}

class Simulation : public ::testing::Test {
 protected:
  void SetUp() override { spdlog::set_level(spdlog::level::off); }
  void TearDown() override { spdlog::set_level(spdlog::level::info); }
};

TEST_F(Simulation, of_any_seed_loses_nothing_and_stores_nothing_twice) {
  if (const auto seed = number_in("ASSAY_SEED")) {
    run(*seed, true);
    return;
  }
  const auto seeds = number_in("ASSAY_SEEDS").value_or(1'000);
  const std::uint64_t first = number_in("ASSAY_FIRST_SEED").value_or(std::random_device{}());
  std::cout << "seeds " << first << " to " << first + seeds - 1 << "\n";
  Outcome all;
  for (auto seed = first; seed < first + seeds; ++seed) {
    Outcome one;
    try {
      one = run(seed);
    } catch (const std::exception& failure) {
      ADD_FAILURE() << failure.what();
    }
    ASSERT_FALSE(HasFailure()) << "again, with all that happened: ASSAY_SEED=" << seed;
    all.turns += one.turns;
    all.kills += one.kills;
    all.stops += one.stops;
    all.expelled += one.expelled;
    all.outages += one.outages;
    all.restores += one.restores;
  }
  std::cout << all.turns << " turns, " << all.kills << " kills, " << all.stops << " stops, "
            << all.expelled << " expelled, " << all.outages << " outages, " << all.restores
            << " restores\n";
  // A run in which nothing goes wrong proves nothing.
  EXPECT_GT(all.kills, static_cast<int>(seeds));
  EXPECT_GT(all.expelled, static_cast<int>(seeds));
  EXPECT_GT(all.restores, static_cast<int>(seeds) / 4);
}

TEST_F(Simulation, of_the_same_seed_is_the_same_run_bit_for_bit) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto once = run(seed);
    const auto again = run(seed);
    EXPECT_EQ(once.trace, again.trace) << "seed " << seed;
    EXPECT_EQ(once.turns, again.turns) << "seed " << seed;
    EXPECT_NE(once.trace, run(seed + 1).trace);
  }
}

}  // namespace
}  // namespace assay::simulation
