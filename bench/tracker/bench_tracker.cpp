// What knowing which records are finished costs a record: batches are opened in the order of their
// offsets, with some on their way as in a worker, and finished out of order. Beside it the plain
// way: every record that is not finished in a set, whose first is what may be committed.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "bench/support/clocks.hpp"
#include "bench/support/figures.hpp"
#include "core/commit/offset_tracker.hpp"

namespace {

namespace bench = assay::bench;
using assay::core::Offset;
using assay::core::OffsetTracker;

constexpr std::uint32_t kOwed = 2;       // required steps
constexpr std::int64_t kUnderWay = 16;   // batches
constexpr std::int64_t kNeighbours = 2;  // of them, one finishes before the other

// The order in which batches finish: each pair the other way round.
std::int64_t turned(std::int64_t batch) { return batch ^ (kNeighbours - 1); }

void expect(bool everything_is_finished) {
  if (everything_is_finished) return;
  std::fputs("not everything is finished\n", stderr);
  std::exit(1);
}

double by_tracker(std::int64_t batches, std::int64_t rows) {
  OffsetTracker tracker(Offset{0});
  std::array<OffsetTracker::Ticket, kUnderWay> tickets{};
  Offset committed{0};
  const auto slot = [](std::int64_t batch) { return static_cast<std::size_t>(batch % kUnderWay); };
  const auto finish = [&](std::int64_t batch) {
    for (std::uint32_t step = 0; step < kOwed; ++step) tracker.finish(tickets[slot(batch)]);
    committed = tracker.watermark();
  };
  const auto cost = bench::cost_of(static_cast<double>(batches * rows), [&] {
    for (std::int64_t batch = 0; batch < batches + kUnderWay - kNeighbours; ++batch) {
      if (batch >= kUnderWay - kNeighbours) finish(turned(batch - kUnderWay + kNeighbours));
      if (batch >= batches) continue;
      tickets[slot(batch)] = tracker.open(Offset{(batch + 1) * rows},
                                          {.delivered = static_cast<std::uint64_t>(rows)}, kOwed);
    }
  });
  expect(committed == Offset{batches * rows} && tracker.in_flight() == 0);
  return cost;
}

double by_set(std::int64_t batches, std::int64_t rows) {
  std::set<std::int64_t> unfinished;
  std::int64_t committed = 0;
  const auto finish = [&](std::int64_t batch) {
    for (auto row = batch * rows; row < (batch + 1) * rows; ++row) unfinished.erase(row);
    committed = unfinished.empty() ? (batch + 1) * rows : *unfinished.begin();
  };
  const auto cost = bench::cost_of(static_cast<double>(batches * rows), [&] {
    for (std::int64_t batch = 0; batch < batches + kUnderWay - kNeighbours; ++batch) {
      if (batch >= kUnderWay - kNeighbours) finish(turned(batch - kUnderWay + kNeighbours));
      if (batch >= batches) continue;
      for (auto row = batch * rows; row < (batch + 1) * rows; ++row) {
        unfinished.insert(unfinished.end(), row);
      }
    }
  });
  expect(unfinished.empty());
  return cost;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("tracker", argc, argv);
  const std::int64_t records = figures.quick() ? 1 << 16 : 1 << 22;
  for (const std::int64_t rows : {1, 64, 512}) {
    const auto batches = records / rows / kNeighbours * kNeighbours;
    const auto pairs = bench::in_turn(
        figures.rounds(15), [&] { return by_set(batches, rows); },
        [&] { return by_tracker(batches, rows); });
    bench::Figure figure{"a_record_in_batches_of_" + std::to_string(rows), "ns", pairs.samples,
                         pairs.baseline};
    if (rows == 64) figure.goal = bench::at_most(10);
    figures.add(std::move(figure));
  }
  return figures.print();
}
