// What a snapshot costs a worker that goes on meanwhile: a million keys of four features, batches
// at full speed, and a snapshot in slices through the thread that writes it. How long the longest
// slice is and how much of the worst second slices take, beside the copy of everything at once; and
// what batches cost while one is under way, beside before, for they save the keys that they change.
// And how long a worker stands at a reload that adds a feature to these keys, or takes one away.
//
// Slices are told in CPU time of the worker as well: where cores are shared, a slice may be
// interrupted, and so may anything else.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#include "bench/features/feature_world.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/figures.hpp"
#include "host/runtime/slice_pace.hpp"
#include "host/runtime/sliced_snapshot.hpp"
#include "host/runtime/snapshot_thread.hpp"

namespace bench = assay::bench;
namespace host = assay::host;
namespace core = assay::core;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kRows = 64;

class History final : public host::SlicedSnapshot::State {
 public:
  explicit History(core::PartitionHistory& history) : history_(&history) {}

  tl::expected<void, std::string> begin_save(core::StateSink& sink) override {
    history_->begin_save(sink);
    return {};
  }
  bool save_some(std::size_t work) override { return history_->save_some(work); }
  void stop_save() override { history_->stop_save(); }

 private:
  core::PartitionHistory* history_;
};

// To memory, as a worker would have to copy it.
class Copy final : public core::StateSink {
 public:
  void write(std::span<const std::byte> bytes) override {
    if (blocks.empty() || blocks.back().size() + bytes.size() > kBlock) {
      blocks.emplace_back().reserve(std::max(kBlock, bytes.size()));
    }
    blocks.back().insert(blocks.back().end(), bytes.begin(), bytes.end());
  }
  std::vector<std::vector<std::byte>> blocks;

 private:
  static constexpr std::size_t kBlock = 256 << 10;
};

struct Run {
  std::vector<std::pair<double, double>> slices;  // begin, end; seconds
  double longest_cpu = 0;
  double whole = 0;      // seconds from the cut to the last slice
  double batch_cpu = 0;  // seconds, while it was under way
  double transactions = 0;

  [[nodiscard]] double longest() const {
    double most = 0;
    for (const auto& [begin, end] : slices) most = std::max(most, end - begin);
    return most;
  }
  [[nodiscard]] double worst_second() const {
    double most = 0;
    for (std::size_t first = 0; first < slices.size(); ++first) {
      double all = 0;
      for (auto i = first; i < slices.size() && slices[i].first < slices[first].first + 1; ++i) {
        all += slices[i].second - slices[i].first;
      }
      most = std::max(most, all);
    }
    return most;
  }
};

Run take(bench::FeatureWorld& world, host::SnapshotThread& thread, std::int64_t number) {
  const host::SnapshotLimits limits;
  host::SlicedSnapshot snapshot;
  host::SlicePace pace;
  History state(world.history());
  Run run;
  bool begun = false;
  const auto started = bench::elapsed();
  for (bool whole = false; !whole;) {
    const auto before = bench::thread_cpu();
    world.batch(kRows);
    run.batch_cpu += bench::thread_cpu() - before;
    run.transactions += kRows;
    const auto now = Clock::now();
    if (!pace.ready(now)) continue;
    const auto slice = std::make_pair(bench::elapsed(), bench::thread_cpu());
    if (!std::exchange(begun, true)) {
      (void)snapshot.begin(state, thread.open({.part = {core::PartitionId{0}},
                                               .number = static_cast<std::uint64_t>(number),
                                               .positions = {{{0}, {number}}}}));
    } else if (!snapshot.under_way()) {
      std::fprintf(stderr, "the snapshot was given up\n");
      std::exit(1);
    }
    const auto progress = snapshot.advance(state, limits, now + limits.slice);
    whole = progress == host::SlicedSnapshot::Progress::whole;
    if (progress == host::SlicedSnapshot::Progress::none) continue;
    pace.took(limits, now, Clock::now());
    run.slices.emplace_back(slice.first, bench::elapsed());
    run.longest_cpu = std::max(run.longest_cpu, bench::thread_cpu() - slice.second);
  }
  snapshot.finish(static_cast<std::uint64_t>(number));
  run.whole = bench::elapsed() - started;
  (void)thread.wait_for({core::PartitionId{0}}, Clock::now() + std::chrono::minutes(5));
  return run;
}

// Seconds, to memory and between two batches.
double take_at_once(bench::FeatureWorld& world) {
  Copy copy;
  const auto begin = bench::elapsed();
  world.history().save(copy);
  return bench::elapsed() - begin;
}

// Seconds between two batches.
double succeed(bench::FeatureWorld& world, const core::FeaturePlan& next) {
  const auto begin = bench::elapsed();
  world.history().succeed(next);
  return bench::elapsed() - begin;
}

std::vector<std::string> features_of(std::initializer_list<const char*> more) {
  std::vector<std::string> all{"count() by card over 1h", "sum(amount) by card over 24h",
                               "max(amount) by card over 24h", "elapsed() by card"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("state", argc, argv);
  const bool quick = figures.quick();
  const std::uint64_t cards = quick ? 20'000 : 1'000'000;
  bench::FeatureWorld world(features_of({}), {.cards = cards});
  const bench::FeatureWorld next(features_of({"max(amount) by card over 1h"}), {.cards = 1});
  for (std::uint64_t i = 0; i < cards * 6; i += 512) world.batch(512);

  char place[] = "/tmp/assay-bench-XXXXXX";
  if (::mkdtemp(place) == nullptr) return 1;
  std::vector<double> longest, longest_cpu, worst, whole, at_once, slower, before, more, less;
  {
    const host::SnapshotFolder folder(
        place, {.group = "bench", .topic = "t", .cluster = "c", .plan = "p", .engine = {}},
        [](const std::string& words) { std::fprintf(stderr, "%s\n", words.c_str()); });
    host::SnapshotThread thread(folder, {});
    for (int round = 1; round <= figures.rounds(3); ++round) {
      before.push_back(bench::cost_of(100'000, [&] {
        for (std::uint32_t i = 0; i < 100'000; i += kRows) world.batch(kRows);
      }));
      const auto run = take(world, thread, round);
      longest.push_back(run.longest() * 1e3);
      longest_cpu.push_back(run.longest_cpu * 1e3);
      worst.push_back(run.worst_second() * 1e3);
      whole.push_back(run.whole);
      slower.push_back(run.batch_cpu / run.transactions * 1e9);
      at_once.push_back(take_at_once(world) * 1e3);
      more.push_back(succeed(world, next.plan()) * 1e3);
      less.push_back(succeed(world, world.plan()) * 1e3);
    }
    std::fprintf(stderr, "%zu keys, %llu bytes a snapshot\n", world.history().keys(),
                 static_cast<unsigned long long>(thread.report().bytes / thread.report().written));
  }
  std::filesystem::remove_all(place);
  figures.add({"longest_slice", "ms", std::move(longest), at_once});
  figures.add({"longest_slice_cpu", "ms", std::move(longest_cpu), {}, bench::at_most(1.0)});
  figures.add({"slices_in_the_worst_second", "ms", std::move(worst), at_once, bench::at_most(5.0)});
  figures.add({"until_whole", "s", std::move(whole)});
  figures.add({"transaction_meanwhile", "ns", std::move(slower), std::move(before)});
  figures.add({"reload_with_a_feature_more", "ms", std::move(more)});
  figures.add({"reload_with_a_feature_less", "ms", std::move(less)});
  return figures.print();
}
