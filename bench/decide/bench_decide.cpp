// From the bytes of a message to its decision with history: decode, duplicates, twenty features
// over four keys, twelve rules, policy; a million live cards, one partition. Beside it the same
// pipeline and the same rules with the features written the plain way.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/decide/payments.hpp"
#include "bench/decide/plain_history.hpp"
#include "bench/decide/twelve_rules.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "core/features/stripe_lock.hpp"
#include "host/application/pipeline_parts.hpp"
#include "host/diagnostics/render.hpp"
#include "host/runtime/large_pages.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;
namespace core = assay::core;
namespace host = assay::host;

enum class History { engine, plain };

class Drain final : public core::Outlet {
 public:
  void take(core::Shard&, core::Shard::Departure departure, std::vector<core::Reject>) override {
    delivered += departure.counts.delivered;
  }
  std::uint64_t delivered = 0;
};

// One worker's pipeline, put together as the application does it, and its feed.
class World {
 public:
  World(const std::filesystem::path& folder, History history, std::uint64_t cards, bench::Keys keys,
        std::uint64_t step)
      : deployment_(
            bench::write_configuration({.folder = folder,
                                        .keys = "\n  key: user_id\n  implies: [card]",
                                        .rules = bench::twelve_rules(history == History::engine)})),
        payments_(cards, cards / 20, keys, step) {
    auto& assembly = deployment_.assembly();
    const auto& blueprint = *assembly.decisions().blueprint;
    if (blueprint.features) {
      shared_ = std::make_unique<core::SharedHistory>(*blueprint.features, locks_);
      shared_->limit_bytes(blueprint.features->shares(1).shared);
    }
    host::Diagnostics diagnostics;
    auto parts = host::make_pipeline_parts(
        assembly, assembly.decisions(), {.history = shared_.get(), .any_time = true}, diagnostics);
    if (!parts) {
      std::fputs(render(diagnostics, host::DiagnosticFormat::human).c_str(), stderr);
      std::exit(1);
    }
    parts_ = std::move(*parts);
    if (history == History::plain) {
      plain_ = std::make_unique<bench::PlainHistory>(blueprint.layout);
      parts_.parts->enrichers.push_back(plain_.get());
    }
    pipeline_ = std::make_unique<core::Pipeline>(blueprint, std::move(*parts_.parts));
    core::Shard::Start start{{0}, {1}, {0}, std::vector<core::Offset>(blueprint.steps.size())};
    start.dedupe_horizon = blueprint.dedupe_horizon;
    start.features = blueprint.features.get();
    if (blueprint.features) start.history_bytes = blueprint.features->shares(1).partition;
    start.memory = &memory_;
    shard_ = std::make_unique<core::Shard>(blueprint.steps, std::move(start));
  }

  // Microseconds of CPU for each of that many further transactions; making them does not count.
  double run(std::uint64_t count, std::uint32_t rows) {
    std::vector<std::string> messages;
    messages.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) messages.push_back(payments_.next());
    Drain drain;
    const auto cost = bench::cost_of(static_cast<double>(count), [&] {
      std::uint64_t in_batch = 0;
      for (const auto& message : messages) {
        pipeline_->add({message, {}, shard_->partition(), {offset_++}, 0}, *shard_);
        if (++in_batch < rows) continue;
        pipeline_->run(0, drain);
        in_batch = 0;
      }
      pipeline_->run(0, drain);
    });
    if (drain.delivered != count) {
      std::fputs("not every transaction was decided\n", stderr);
      std::exit(1);
    }
    return cost / 1'000;
  }

  void fill(std::uint64_t count) {
    for (std::uint64_t done = 0; done < count; done += kFill) run(kFill, 512);
  }

  const core::PipelineCounters& counters() const { return pipeline_->counters(); }
  const std::vector<core::RuleInfo>& rules() {
    return deployment_.assembly().decisions().blueprint->rules;
  }

 private:
  static constexpr std::uint64_t kFill = 16'384;

  bench::Deployment deployment_;
  bench::Payments payments_;
  host::LargePages memory_;
  core::NoStripeLock locks_;
  std::unique_ptr<core::SharedHistory> shared_;
  std::unique_ptr<bench::PlainHistory> plain_;
  host::PipelineParts parts_;
  std::unique_ptr<core::Pipeline> pipeline_;
  std::unique_ptr<core::Shard> shard_;
  std::int64_t offset_ = 0;
};

// The plain way must come to the same verdicts, or it would be no baseline.
void compare(const std::filesystem::path& folder) {
  // Close together: the rules have something to find.
  World world(folder, History::engine, 400, bench::Keys::uniform, 5);
  World other(folder, History::plain, 400, bench::Keys::uniform, 5);
  world.run(20'000, 64);
  other.run(20'000, 64);
  for (std::size_t i = 0; i < world.rules().size(); ++i) {
    const auto& found = world.counters().rules[i];
    const auto& expected = other.counters().rules[i];
    const bool same = found.hits == expected.hits && found.inconclusive == expected.inconclusive &&
                      found.errors == 0 && expected.errors == 0;
    if (same) continue;
    std::fprintf(stderr, "%s: %llu hits, %llu inconclusive; the plain way %llu and %llu\n",
                 world.rules()[i].id.c_str(), static_cast<unsigned long long>(found.hits),
                 static_cast<unsigned long long>(found.inconclusive),
                 static_cast<unsigned long long>(expected.hits),
                 static_cast<unsigned long long>(expected.inconclusive));
    std::exit(1);
  }
}

// A card has six transactions in thirty days, the longest window. When twice as many have gone by,
// history has its size: as much leaves it as comes, and it takes no further memory.
constexpr std::uint64_t kEvents = 6;
std::uint64_t step_of(std::uint64_t cards) {
  constexpr std::uint64_t kThirtyDays = 30ull * 24 * 60 * 60 * 1'000;
  return kThirtyDays / (cards * kEvents);
}

constexpr std::uint32_t kBatches[] = {512, 64, 1};

bench::Goal goal_of(std::uint32_t rows) { return bench::at_most(rows == 1 ? 3.0 : 1.5); }

void measure_uniform(bench::Figures& figures, const std::filesystem::path& folder,
                     std::uint64_t cards, std::uint64_t measured) {
  World world(folder, History::engine, cards, bench::Keys::uniform, step_of(cards));
  World other(folder, History::plain, cards, bench::Keys::uniform, step_of(cards));
  world.fill(cards * kEvents * 2);
  other.fill(cards * kEvents * 2);
  for (const auto rows : kBatches) {
    auto pairs = bench::in_turn(
        figures.rounds(7), [&] { return other.run(measured, rows); },
        [&] { return world.run(measured, rows); });
    figures.add({"uniform_batch_" + std::to_string(rows), "us", std::move(pairs.samples),
                 std::move(pairs.baseline), goal_of(rows)});
  }
  const auto& counters = world.counters();
  figures.add({"flagged",
               "share",
               {static_cast<double>(counters.decisions[1] + counters.decisions[2]) /
                static_cast<double>(counters.received)}});
}

// Without the plain way, which walks the most frequent keys for minutes.
void measure_zipf(bench::Figures& figures, const std::filesystem::path& folder, std::uint64_t cards,
                  std::uint64_t measured) {
  World world(folder, History::engine, cards, bench::Keys::zipf, step_of(cards));
  world.fill(cards * kEvents * 2);
  for (const auto rows : kBatches) {
    const auto rounds = figures.rounds(7);
    std::vector<double> samples;
    samples.reserve(static_cast<std::size_t>(rounds));
    for (int i = 0; i < rounds; ++i) samples.push_back(world.run(measured, rows));
    figures.add(
        {"zipf_batch_" + std::to_string(rows), "us", std::move(samples), {}, goal_of(rows)});
  }
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("decide", argc, argv);
  const bool quick = figures.quick();
  const std::uint64_t cards = quick ? 8'192 : 1'000'000;
  const std::uint64_t measured = quick ? 2'048 : 100'352;
  const assay::testing::TemporaryFolder folder;
  compare(folder.path());
  measure_uniform(figures, folder.path(), cards, measured);
  measure_zipf(figures, folder.path(), cards, measured);
  return figures.print();
}
