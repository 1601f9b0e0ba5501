#include "host/conformance/rule_bench.hpp"

#include <algorithm>
#include <assay/rule.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <thread>

#include "core/model/plugin_call.hpp"
#include "host/conformance/call_watch.hpp"
#include "host/conformance/checked_rule.hpp"
#include "host/plugins/plugin_door.hpp"

namespace assay::host {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kSizes[] = {1, 64, 512};
constexpr std::size_t kBlocks = 32;  // in turn, so that no batch is known by heart
constexpr std::chrono::milliseconds kRound{5};

// Built with the same veneer as a third party's.
class EmptyRule {
 public:
  void bind(assay::Binder&) {}
  assay::Verdict evaluate(const assay::Row&) const { return assay::no_hit(); }
};

std::string machine() {
  std::string model = "unknown processor";
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);) {
    if (!line.starts_with("model name")) continue;
    model = line.substr(std::min(line.find(':') + 2, line.size()));
    break;
  }
  double load = 0;
  std::ifstream("/proc/loadavg") >> load;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", load);
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) +
         " cores, load average " + text;
}

// One rule and its batches of one size.
class Contender {
 public:
  Contender(const assay_rule_api& api, assay_rule* rule, const std::vector<DeclaredColumn>& columns,
            std::size_t rows, std::uint64_t seed)
      : api_(&api), rule_(rule), verdicts_(rows) {
    const SampleRows samples(columns, seed);
    for (std::size_t i = 0; i < kBlocks; ++i) {
      const auto made = samples.make(i * rows, rows);
      blocks_.push_back(std::make_unique<SampleBlock>(columns, made, BlockShape{}));
    }
  }

  // Nanoseconds of a row, over about one round's time.
  double measure() {
    const auto start = Clock::now();
    std::size_t batches = 0;
    do {
      for (const auto& block : blocks_) judge(*block);
      batches += blocks_.size();
    } while (Clock::now() - start < kRound);
    const std::chrono::duration<double, std::nano> took = Clock::now() - start;
    return took.count() / static_cast<double>(batches * verdicts_.size());
  }

 private:
  void judge(const SampleBlock& block) {
    std::memset(verdicts_.data(), 0, verdicts_.size() * sizeof(assay_verdict));
    output_.more.clear();
    output_.head = {sizeof(assay_verdicts), static_cast<std::uint32_t>(verdicts_.size()),
                    verdicts_.data()};
    if (api_->evaluate(rule_, block.batch(), &output_.head, &error_) == ASSAY_OK) return;
    throw Broken{"`evaluate` fails: " + error_.message, "`assay plugins validate` tells more"};
  }

  const assay_rule_api* api_;
  assay_rule* rule_;
  std::vector<std::unique_ptr<SampleBlock>> blocks_;
  std::vector<assay_verdict> verdicts_;
  CheckedVerdicts output_{};
  assay_error error_{};
};

}  // namespace

RuleCost measure_rule(const Candidate& candidate, int rounds) {
  CheckedRule rule(candidate);
  rule.make_shared();
  auto instance = rule.make();
  const auto& empty_api = assay::detail::RuleTable<EmptyRule>::api;
  assay_rule* empty = nullptr;
  assay_error error;
  const assay_instance which{sizeof(assay_instance), 0, 1, -1};
  (void)empty_api.create(checked_host(PluginKind::rule), nullptr, nullptr, &which, &empty, &error);

  RuleCost cost;
  cost.machine = machine();
  const auto& entry = rule.plugin().entry();
  cost.name = std::string(entry.id) + " " + (entry.version ? entry.version : "0");
  const core::PluginCall mark(thread_door(), cost.name.c_str());
  const InCall in_evaluate(PluginFunction::evaluate);
  for (const auto rows : kSizes) {
    BatchCost batch{rows, {}, {}};
    Contender ours(rule.api(), instance.rule, instance.declared.columns, rows, candidate.seed);
    Contender nothing(empty_api, empty, {}, rows, candidate.seed);
    (void)ours.measure();
    (void)nothing.measure();
    for (int i = 0; i < rounds; ++i) {
      batch.rule.push_back(ours.measure());
      batch.empty.push_back(nothing.measure());
    }
    cost.batches.push_back(std::move(batch));
  }
  empty_api.destroy(empty);
  rule.destroy(instance);
  rule.close();
  return cost;
}

}  // namespace assay::host
