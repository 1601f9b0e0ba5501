// What it costs to judge a batch in a process of its own, beside judging it in the engine's: CPU of
// both processes for a row, and how much later the verdicts are there.
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include "bench/rules/loaded_rule.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/figures.hpp"

namespace {

namespace bench = assay::bench;
namespace host = assay::host;

constexpr const char* kRule = "four_fields";

host::ProcessConfig limits(std::int64_t spin) {
  host::ProcessConfig limits;
  limits.deadline = 60 * host::second_ns;
  limits.start = 60 * host::second_ns;
  limits.spin = spin;
  return limits;
}

// CPU seconds of the rule's process.
double cpu_of(const bench::LoadedRule& loaded) {
  clockid_t clock{};
  const auto pid = static_cast<pid_t>(loaded.plugin().processes().front().pid);
  return ::clock_getcpuclockid(pid, &clock) == 0 ? bench::read_clock(clock) : 0.0;
}

bench::Pairs cpu(bench::LoadedRule& here, bench::LoadedRule& isolated, std::uint32_t rows,
                 bench::Figures& figures) {
  const int calls = figures.quick() ? 10 : 200;
  const auto units = static_cast<double>(calls) * rows;
  const auto run = [&](bench::LoadedRule& loaded) {
    for (int i = 0; i < calls; ++i) loaded.run();
  };
  return bench::in_turn(
      figures.rounds(51), [&] { return bench::cost_of(units, [&] { run(here); }); },
      [&] {
        const auto before = cpu_of(isolated);
        const auto ours = bench::cost_of(units, [&] { run(isolated); });
        return ours + (cpu_of(isolated) - before) * 1e9 / units;
      });
}

// Microseconds; each sample is one batch.
bench::Pairs latency(bench::LoadedRule& here, bench::LoadedRule& isolated,
                     bench::Figures& figures) {
  const auto waited = [](bench::LoadedRule& loaded) {
    const auto begin = bench::elapsed();
    loaded.run();
    return (bench::elapsed() - begin) * 1e6;
  };
  return bench::in_turn(
      figures.rounds(2001), [&] { return waited(here); }, [&] { return waited(isolated); });
}

void measure(const std::string& how, std::int64_t spin, bench::Figures& figures) {
  struct Case {
    std::uint32_t rows;
    std::optional<bench::Goal> cpu;
  };
  const bool spins = spin > 0;
  for (const auto& one :
       {Case{1, {}}, Case{64, bench::at_most(250)}, Case{512, bench::at_most(60)}}) {
    bench::LoadedRule here(kRule, one.rows);
    bench::LoadedRule isolated(kRule, one.rows, host::Isolation::process, limits(spin));
    const auto name = how + ".batch_" + std::to_string(one.rows);
    auto cost = cpu(here, isolated, one.rows, figures);
    figures.add({name + ".cpu", "ns/row", std::move(cost.samples), std::move(cost.baseline),
                 spins ? std::nullopt : one.cpu});
    auto later = latency(here, isolated, figures);
    std::vector<double> added;
    for (std::size_t i = 0; i < later.samples.size(); ++i) {
      added.push_back(later.samples[i] - later.baseline[i]);
    }
    figures.add({name + ".latency_added",
                 "us",
                 std::move(added),
                 {},
                 spins ? std::nullopt : std::optional(bench::at_most(150))});
  }
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("isolation", argc, argv);
  measure("asleep", 0, figures);
  measure("spinning", 50'000, figures);
  return figures.print();
}
