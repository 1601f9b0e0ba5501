// What history costs: CPU time per transaction for twenty features over four keys, a million live
// cards. Beside a hot key (half of all transactions, everything kept singly, one in a hundred late)
// the same features with nobody hot.
#include <cstdio>

#include "bench/features/feature_world.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/figures.hpp"

namespace bench = assay::bench;

namespace {

// Nanoseconds for the features of one transaction: with them, less without them.
double cost(bench::FeatureWorld& world, std::uint32_t rows, std::uint64_t transactions) {
  const auto batches = transactions / rows;
  const auto with = bench::cost_of(static_cast<double>(batches * rows), [&] {
    for (std::uint64_t i = 0; i < batches; ++i) world.batch(rows);
  });
  const auto without = bench::cost_of(static_cast<double>(batches * rows), [&] {
    for (std::uint64_t i = 0; i < batches; ++i) world.batch_without(rows);
  });
  return with - without;
}

void fill(bench::FeatureWorld& world, std::uint64_t transactions) {
  for (std::uint64_t i = 0; i < transactions; i += 512) world.batch(512);
}

std::vector<double> samples(bench::FeatureWorld& world, std::uint32_t rows, int rounds,
                            std::uint64_t transactions) {
  std::vector<double> all;
  for (int i = 0; i < rounds; ++i) all.push_back(cost(world, rows, transactions));
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("features", argc, argv);
  const bool quick = figures.quick();
  const std::uint64_t cards = quick ? 2'000 : 1'000'000;
  const std::uint64_t measured = quick ? 2'048 : 200'192;
  const auto rounds = figures.rounds(7);
  {
    bench::FeatureWorld world(bench::twenty_features(), {.cards = cards});
    fill(world, cards * 6);
    figures.add({"uniform_batch_512", "ns", samples(world, 512, rounds, measured)});
    figures.add({"uniform_batch_64", "ns", samples(world, 64, rounds, measured)});
    figures.add({"uniform_batch_1", "ns", samples(world, 1, rounds, measured)});
    std::fprintf(
        stderr, "%zu keys, %.0f bytes each\n", world.history().keys(),
        static_cast<double>(world.history().bytes()) / static_cast<double>(world.history().keys()));
  }
  {
    bench::FeatureWorld world(bench::twenty_features(),
                              {.cards = cards, .keys = bench::Keys::zipf});
    fill(world, cards * 2);
    figures.add({"zipf_batch_64", "ns", samples(world, 64, rounds, measured)});
  }
  {
    const std::uint64_t hot_cards = quick ? 2'000 : 100'000;
    const std::uint64_t before = quick ? 8'192 : 2'000'000;
    bench::FeatureWorld quiet(bench::twenty_features(), {.cards = hot_cards});
    bench::FeatureWorld hot(bench::twenty_features(),
                            {.cards = hot_cards, .keys = bench::Keys::hot, .late_per_mille = 10},
                            1'000'000);
    fill(quiet, before);
    fill(hot, before);
    auto pairs = bench::in_turn(
        rounds, [&] { return cost(quiet, 64, measured); }, [&] { return cost(hot, 64, measured); });
    figures.add({"hot_key_batch_64", "ns", std::move(pairs.samples), std::move(pairs.baseline),
                 bench::at_most(1.5, bench::Of::ratio)});
  }
  return figures.print();
}
