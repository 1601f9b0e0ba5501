// How the application puts another configuration in force while it runs.
//
// Everything that may be refused is made first, beside what runs. Then what all workers share
// becomes that of the next plan while none of them is in a batch, and each worker takes over before
// its next one. When the last has left what it judged with, that is ended here.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include "host/application/application.hpp"
#include "host/application/preparation_watch.hpp"
#include "host/application/state_plan.hpp"
#include "host/application/stuck_calls.hpp"
#include "host/diagnostics/render.hpp"

namespace assay::host {
namespace {

// More than any batch takes, and less than what a group of consumers forgives.
constexpr std::chrono::milliseconds kLongestBatch{2'000};

bool shares_history(const core::Blueprint& blueprint) {
  return blueprint.features &&
         std::ranges::any_of(blueprint.features->stores(), &core::StorePlan::shared);
}

// Without its version.
std::string plugin_of(const RulePlugin& rule) {
  const auto& name = rule.info().plugin;
  return name.substr(0, name.find(' '));
}

// The stateful rules whose state means the same in both, by id.
std::set<std::string> rules_with_state(const Assembly& before, const Assembly& after) {
  std::set<std::string> same;
  for (const auto& rule : after.rules()) {
    if (!rule.plugin || !rule.plugin->stateful()) continue;
    const auto was = std::ranges::find_if(before.rules(), [&](const Assembly::Rule& one) {
      return one.config->id == rule.config->id && one.plugin && one.plugin->stateful();
    });
    if (was != before.rules().end() && plugin_of(*was->plugin) == plugin_of(*rule.plugin)) {
      same.insert(rule.config->id);
    }
  }
  return same;
}

void needs_restart(Diagnostics& diagnostics, std::string message, std::string note) {
  Diagnostic diagnostic;
  diagnostic.code = Code::needs_restart;
  diagnostic.message = std::move(message);
  diagnostic.note = std::move(note);
  diagnostic.help = "restart the engine";
  diagnostics.add(std::move(diagnostic));
}

}  // namespace

std::vector<Application::WorkerThread*> Application::judges() {
  std::vector<WorkerThread*> all;
  for (auto& worker : workers_) {
    if (!worker.of_holders) all.push_back(&worker);
  }
  return all;
}

void Application::begin_swap() {
  Diagnostics diagnostics;
  Swap swap;
  swap.begun = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    reloads_.under_way = true;
  }
  try {
    {
      const PreparationWatch watch(StuckCalls::kPatience,
                                   [](const std::string& words) { spdlog::warn("{}", words); });
      swap.next = options_.prepare(*assembly_, in_force(), diagnostics);
    }
    std::optional<std::vector<Succession>> successions;
    if (swap.next && fits_history(*swap.next->assembly, diagnostics)) {
      successions = make_successions(swap, diagnostics);
    }
    if (!successions) return refuse_reload(diagnostics);
    if (diagnostics.warnings() > 0) {
      spdlog::warn("{}", render(diagnostics, DiagnosticFormat::human));
    }
    swap.left.resize(successions->size());
    const auto gate = stand_between_batches(diagnostics);
    if (diagnostics.has_errors()) return refuse_reload(diagnostics);
    const auto standing = std::chrono::steady_clock::now();
    hand_out(swap, std::move(*successions));
    swap.stood = std::chrono::steady_clock::now() - standing;
  } catch (const std::exception& failure) {
    // Of a library that we use: what runs has not been touched.
    Diagnostic diagnostic;
    diagnostic.code = Code::bad_value;
    diagnostic.message = std::string("the configuration cannot be read: ") + failure.what();
    diagnostics.add(std::move(diagnostic));
    return refuse_reload(diagnostics);
  }
  swap_ = std::move(swap);
}

// What was settled when the engine started, for it depends on whether partitions share anything.
bool Application::fits_history(Assembly& next, Diagnostics& diagnostics) const {
  const auto& first = *assembly_->decisions().blueprint;
  const auto& blueprint = *next.decisions().blueprint;
  if (shares_history(blueprint) && !shares_history(first)) {
    needs_restart(diagnostics, "a feature is the first one whose history partitions share",
                  "how partitions are read side by side is settled at the start");
    return false;
  }
  const bool remembers = blueprint.features || next.stateful_rules() > 0;
  if (remembers && !state_ && !assembly_->config().state.dir.empty()) {
    needs_restart(diagnostics, "nothing was remembered so far, and now something is",
                  "the folder of `state.dir` is opened at the start");
    return false;
  }
  return true;
}

std::optional<std::vector<Succession>> Application::make_successions(Swap& swap,
                                                                     Diagnostics& diagnostics) {
  auto& next = *swap.next->assembly;
  const auto& blueprint = next.decisions().blueprint;
  const auto plan = state_plan(next);
  // Instances that are made here hear of their own configuration, not of the one in force.
  const ConfigurationAtHand at_hand(blueprint->configuration.get());
  const auto same_state =
      std::make_shared<const std::set<std::string>>(rules_with_state(in_force(), next));
  const auto workers = static_cast<std::uint32_t>(judges().size());
  std::vector<Succession> made;
  for (std::uint32_t number = 0; number < workers; ++number) {
    const PipelineRequest request{number, workers, holders_.get(), history_.get()};
    auto parts = make_pipeline_parts(next, next.decisions(), request, diagnostics);
    if (!parts) return std::nullopt;
    if (decline_cap_) parts->parts->declines = &*decline_cap_;
    auto& one = made.emplace_back();
    one.blueprint = blueprint;
    one.pipeline = std::make_unique<core::Pipeline>(*blueprint, std::move(*parts->parts));
    if (parts->join) one.holders_unknown = [join = parts->join] { return join->counts().unknown; };
    if (next.stateful_rules() > 0) one.partition_rules = partition_rules(next, request);
    one.state_goes_on = [same_state](const std::string& rule) {
      return same_state->contains(rule);
    };
    one.plan = plan;
    if (blueprint->features) {
      one.history_bytes =
          blueprint->features->shares(static_cast<std::uint32_t>(partitions_)).partition;
    }
    swap.parts.push_back(std::move(*parts));
  }
  return made;
}

// All workers, for as long as it is held; nothing where partitions share no history. An error where
// one of them stays in its batch.
BatchGate::AllPasses Application::stand_between_batches(Diagnostics& diagnostics) {
  if (!history_) return {};
  auto all = swap_gate_.close_within(kLongestBatch);
  if (all.owns_lock()) return all;
  Diagnostic diagnostic;
  diagnostic.code = Code::needs_restart;
  diagnostic.message = "a worker has not come back from its batch for " +
                       std::to_string(kLongestBatch.count()) + " ms";
  for (const auto* worker : judges()) {
    const auto call = worker->worker->snapshot().in_plugin;
    if (!call.empty()) diagnostic.note = "it is in " + call;
  }
  diagnostic.help = "try it again; where a call does not come back, restart the engine";
  diagnostics.add(std::move(diagnostic));
  return all;
}

// From here on the next one is on its way and cannot be refused: what fails here ends the process,
// which goes on from its snapshots.
void Application::hand_out(Swap& swap, std::vector<Succession> successions) noexcept {
  auto& next = *swap.next->assembly;
  if (history_) {
    const auto change = [&] {
      const auto& plan = *next.decisions().plan;
      history_->succeed(plan);
      history_->limit_bytes(plan.shares(static_cast<std::uint32_t>(partitions_)).shared);
    };
    if (state_) {
      state_->succeed(successions.front().plan, change);
    } else {
      change();
    }
  }
  // Sinks keep it beside what is judged from now on; what was judged before says so itself.
  next.ground()->services.configuration.put(next.decisions().blueprint->configuration);
  const auto workers = judges();
  for (std::size_t i = 0; i < workers.size(); ++i) {
    workers[i]->worker->succeed(std::move(successions[i]));
  }
}

// Whether every worker has left what it judged with.
bool Application::swapped() {
  const auto workers = judges();
  for (std::size_t i = 0; i < workers.size(); ++i) {
    if (!swap_->left[i]) swap_->left[i] = workers[i]->worker->predecessor();
  }
  return std::ranges::all_of(swap_->left, [](const auto& left) { return left.has_value(); });
}

void Application::finish_swap() {
  auto swap = std::move(*std::exchange(swap_, std::nullopt));
  std::chrono::nanoseconds stood{};
  const auto workers = judges();
  for (std::size_t i = 0; i < workers.size(); ++i) {
    stood = std::max(stood, swap.left[i]->stood + swap.stood);
    swap.left[i].reset();  // before what its pipeline points to
    workers[i]->pipeline = std::move(swap.parts[i]);
  }
  std::unique_ptr<Generation> before;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(generation_, std::move(swap.next));
    blueprint_ = in_force().decisions().blueprint;
    plugins_ = in_force().plugins();
    reloads_.under_way = false;
    ++reloads_.done;
    reloads_.refusal.clear();
    reloads_.changes = generation_->changes;
    reloads_.in_force_since = std::chrono::system_clock::now();
  }
  if (before) {
    before.reset();
  } else {
    assembly_->drop_rules();
  }
  const auto& now = in_force();
  now.ground()->plugins.use(now.plugins());
  const auto took = std::chrono::steady_clock::now() - swap.begun;
  spdlog::info(
      "configuration {} in force ({}); made ready and taken over within {} ms, of which a "
      "worker stood {} us",
      now.config().hash.substr(0, 12), generation_->changes,
      std::chrono::duration_cast<std::chrono::milliseconds>(took).count(),
      std::chrono::duration_cast<std::chrono::microseconds>(stood).count());
}

void Application::refuse_reload(const Diagnostics& diagnostics) {
  auto text = render(diagnostics, DiagnosticFormat::human);
  spdlog::error("the configuration is refused, and {} stays in force:\n{}",
                in_force().config().hash.substr(0, 12), text);
  const std::lock_guard lock(mutex_);
  reloads_.under_way = false;
  ++reloads_.refused;
  reloads_.refusal = std::move(text);
}

}  // namespace assay::host
