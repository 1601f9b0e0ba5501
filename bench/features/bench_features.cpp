// What history costs: CPU time per transaction for twenty features over four keys, a million live
// cards, beside the same features written the plain way; what it takes from the heap and keeps; a
// hot key (half of all transactions, a million events kept singly) beside nobody hot, in order and
// with one row in a hundred late; and how it fares with ten times the cards that its memory is for.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "bench/features/feature_world.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/figures.hpp"
#include "core/features/store_cost.hpp"
#include "tests/support/allocation_count.hpp"

namespace bench = assay::bench;

namespace {

// Nanoseconds for the features of one transaction: with them, less without them.
template <class Batch>
double cost(bench::FeatureWorld& world, std::uint32_t rows, std::uint64_t transactions,
            Batch&& batch) {
  const auto batches = transactions / rows;
  const auto with = bench::cost_of(static_cast<double>(batches * rows), [&] {
    for (std::uint64_t i = 0; i < batches; ++i) batch();
  });
  const auto without = bench::cost_of(static_cast<double>(batches * rows), [&] {
    for (std::uint64_t i = 0; i < batches; ++i) world.batch_without(rows);
  });
  return with - without;
}

double cost(bench::FeatureWorld& world, std::uint32_t rows, std::uint64_t transactions) {
  return cost(world, rows, transactions, [&] { world.batch(rows); });
}

void fill(bench::FeatureWorld& world, std::uint64_t transactions) {
  for (std::uint64_t i = 0; i < transactions; i += 512) world.batch(512);
}

// The plain way must come to the same answers, or it would be no baseline.
void compare() {
  bench::FeatureWorld world(bench::twenty_features(), {.cards = 200, .merchants = 20});
  bench::FeatureWorld other(bench::twenty_features(), {.cards = 200, .merchants = 20});
  bench::PlainFeatures plain(other.slots());
  for (int i = 0; i < 5'000; ++i) {
    world.batch(1);
    const auto answers = world.answers(0);
    const auto expected = other.batch_plain(1, plain);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const bool same = answers[k].has_value() == expected[k].has_value() &&
                        std::abs(answers[k].value_or(0) - expected[k].value_or(0)) <=
                            1e-9 * std::abs(expected[k].value_or(0));
      if (same) continue;
      std::fprintf(stderr, "%s: %f, the plain way %f\n", bench::twenty_features()[k].c_str(),
                   answers[k].value_or(-1), expected[k].value_or(-1));
      std::exit(1);
    }
  }
}

// Beside the plain way, in turn, over streams that are alike.
void measure_uniform(bench::Figures& figures, std::uint64_t cards, std::uint64_t measured) {
  bench::FeatureWorld world(bench::twenty_features(), {.cards = cards});
  bench::FeatureWorld other(bench::twenty_features(), {.cards = cards});
  bench::PlainFeatures plain(other.slots());
  fill(world, cards * 6);
  for (std::uint64_t i = 0; i < cards * 6; i += 512) other.batch_plain(512, plain);
  for (const std::uint32_t rows : {512u, 64u, 1u}) {
    auto pairs = bench::in_turn(
        figures.rounds(7),
        [&] { return cost(other, rows, measured, [&] { other.batch_plain(rows, plain); }); },
        [&] { return cost(world, rows, measured); });
    figures.add({"uniform_batch_" + std::to_string(rows), "ns", std::move(pairs.samples),
                 std::move(pairs.baseline), bench::at_most(0.25, bench::Of::ratio)});
  }
}

// Without the plain way, which walks the most frequent keys for minutes.
void measure_zipf(bench::Figures& figures, std::uint64_t cards, std::uint64_t measured) {
  bench::FeatureWorld world(bench::twenty_features(), {.cards = cards, .keys = bench::Keys::zipf});
  fill(world, cards * 2);
  const auto rounds = figures.rounds(7);
  std::vector<double> samples;
  samples.reserve(static_cast<std::size_t>(rounds));
  for (int i = 0; i < rounds; ++i) samples.push_back(cost(world, 64, measured));
  figures.add({"zipf_batch_64", "ns", std::move(samples)});
}

// Keys that stay the same: what comes in takes the place of what is forgotten.
void measure_allocations(bench::Figures& figures, std::uint64_t cards) {
  bench::FeatureWorld world(
      bench::twenty_features(),
      {.cards = cards, .merchants = cards / 20, .step = 100'000'000'000'000 / std::int64_t(cards)});
  fill(world, cards * 120);
  const auto before = assay::tests::allocations();
  fill(world, cards * 10);
  figures.add({"allocations_a_transaction",
               "1/tx",
               {static_cast<double>(assay::tests::allocations() - before) /
                static_cast<double>(cards * 10)},
               {},
               bench::at_most(0.0)});
}

// Against what `assay features` predicts; twenty events a card.
void measure_memory(bench::Figures& figures, std::uint64_t cards) {
  bench::FeatureWorld world(bench::twenty_features(), {.cards = cards, .merchants = cards / 20});
  fill(world, cards * 20);
  double predicted = 0;
  for (std::uint32_t i = 0; i < world.plan().stores().size(); ++i) {
    const auto each = assay::core::cost_of(world.plan().stores()[i]);
    predicted += static_cast<double>(each.key * world.history().store(i)->keys()) +
                 static_cast<double>(each.event * cards * 20);
  }
  figures.add({"bytes_a_card",
               "B",
               {static_cast<double>(world.history().bytes()) / static_cast<double>(cards)},
               {predicted / static_cast<double>(cards)},
               bench::at_most(1.3, bench::Of::ratio)});
}

void measure_hot(bench::Figures& figures, const char* name, std::uint32_t late, std::uint64_t cards,
                 std::uint64_t filled, std::uint64_t measured) {
  bench::FeatureWorld quiet(bench::twenty_features(), {.cards = cards, .late_per_mille = late});
  bench::FeatureWorld hot(bench::twenty_features(), {.cards = cards,
                                                     .keys = bench::Keys::hot,
                                                     .late_per_mille = late,
                                                     .exact_events = 1'000'000});
  fill(quiet, filled);
  fill(hot, filled);
  auto pairs = bench::in_turn(
      figures.rounds(7), [&] { return cost(quiet, 64, measured); },
      [&] { return cost(hot, 64, measured); });
  figures.add({name, "ns", std::move(pairs.samples), std::move(pairs.baseline),
               bench::at_most(1.5, bench::Of::ratio)});
}

// Memory for a tenth of the cards.
void measure_eviction(bench::Figures& figures, std::uint64_t cards, std::uint64_t measured) {
  bench::FeatureWorld tenth(bench::twenty_features(), {.cards = cards / 10});
  fill(tenth, cards);
  const auto memory = tenth.history().bytes();
  bench::FeatureWorld world(bench::twenty_features(), {.cards = cards, .memory = memory});
  fill(world, cards * 4);
  const auto before = world.counters().evicted;
  const auto rounds = figures.rounds(5);
  std::vector<double> samples;
  samples.reserve(static_cast<std::size_t>(rounds));
  for (int i = 0; i < rounds; ++i) samples.push_back(cost(world, 64, measured));
  figures.add({"ten_times_the_keys_batch_64", "ns", std::move(samples)});
  const auto taken = measured / 64 * 64 * static_cast<std::uint64_t>(rounds);  // whole batches
  figures.add(
      {"evicted_a_transaction",
       "1/tx",
       {static_cast<double>(world.counters().evicted - before) / static_cast<double>(taken)}});
  figures.add({"bytes_of_the_budget",
               "share",
               {static_cast<double>(world.history().bytes()) / static_cast<double>(memory)},
               {},
               bench::at_most(1.0)});
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("features", argc, argv);
  const bool quick = figures.quick();
  const std::uint64_t cards = quick ? 2'000 : 1'000'000;
  const std::uint64_t measured = quick ? 2'048 : 100'352;
  compare();
  measure_uniform(figures, cards, measured);
  measure_zipf(figures, cards, measured);
  measure_allocations(figures, quick ? 100 : 2'000);
  measure_memory(figures, quick ? 2'000 : 100'000);
  const std::uint64_t hot_cards = quick ? 2'000 : 100'000;
  measure_hot(figures, "hot_key_batch_64", 0, hot_cards, hot_cards * 10, measured);
  measure_hot(figures, "hot_key_late_batch_64", 10, hot_cards, hot_cards * 10, measured);
  measure_eviction(figures, cards, measured);
  return figures.print();
}
