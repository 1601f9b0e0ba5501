#include "host/comparison/chain_changes.hpp"

#include <algorithm>
#include <string>

#include "host/comparison/subject_changes.hpp"

namespace assay::host {
namespace {

constexpr const char* kWhereItBegins =
    "it has no cursor yet: it begins at what the group has committed or, where nothing is, at the "
    "start of the log; `assay cursor set` may put it further back";

// A step is named after its chain, as its cursor is.
std::vector<Named> steps_of(const Config& config) {
  std::vector<Named> steps;
  const Node* chains = config.merged.find("chains");
  for (const auto& chain : config.chains) {
    for (const auto& step : chain.steps) {
      const Node* node = chains->find(chain.id)->find(step.id);
      Named named{chain.id + "." + step.id, settings_of("step", node)};
      // A fallback is as required as the step that it is one of.
      set(named.settings, "required", step.required ? "true" : "false");
      set(named.settings, "kind", chain.kind == ChainConfig::Kind::holder ? "holder" : "decision");
      steps.push_back(std::move(named));
    }
  }
  return steps;
}

const core::Step* step_of(Assembly& assembly, const std::string& id) {
  for (const auto* stream : {&assembly.decisions(), assembly.holders()}) {
    if (stream == nullptr) continue;
    const auto& steps = stream->blueprint->steps;
    const auto found = std::ranges::find(steps, id, &core::Step::id);
    if (found != steps.end()) return &*found;
  }
  return nullptr;
}

void explain_required(Change& change, bool required) {
  change.note(required ? "it is required: while its sink is away nothing behind it is committed"
                       : "it is optional: it holds nothing up, and what it cannot take is dropped "
                         "and counted");
}

void explain_deferred(Change& change) {
  change.note("it is deferred: its records are stored in an outbox and delivered from there");
}

void explain_added(Change& change, const core::Step& step) {
  if (step.rides_with) {
    explain_deferred(change);
    return;
  }
  if (step.transactional) change.note(kWhereItBegins);
  explain_required(change, step.required);
}

void warn_of_outbox(Change& change) {
  change.warn(
      "what waits for it in the outbox is delivered by nobody; `assay outbox ls` under the "
      "old configuration says how much that is");
}

void explain_removed(Change& change, const core::Step& step) {
  if (step.rides_with) warn_of_outbox(change);
  if (step.transactional) {
    change.warn(
        "its cursor stays: a step of this name that comes back later begins there, and the "
        "records between are read again; a step under another name has no cursor of its "
        "own");
  }
  if (step.required) change.note("nothing waits for it any more");
}

void explain_changed(Change& change, const core::Step& was, const core::Step& is) {
  if (touches(change, {"sink"}) && is.transactional) {
    change.warn(std::string("its cursor is kept by the sink: in the new one ") + kWhereItBegins);
  }
  if (is.transactional && !was.transactional && !touches(change, {"sink"})) {
    change.note(kWhereItBegins);
  }
  if (was.rides_with && !is.rides_with) warn_of_outbox(change);
  if (is.rides_with && !was.rides_with) explain_deferred(change);
  if (touches(change, {"kind"})) change.warn("it gets records of another kind");
  if (touches(change, {"required"}) && !is.rides_with) explain_required(change, is.required);
  if (touches(change, {"when"})) change.note("it gets other records from then on");
}

}  // namespace

void add_chain_changes(Changes& changes, Assembly& before, Assembly& after) {
  compare_named(changes, Change::Part::chains, steps_of(before.config()), steps_of(after.config()),
                [&](Change& change) {
                  const auto* was = step_of(before, change.what);
                  const auto* is = step_of(after, change.what);
                  if (was == nullptr) {
                    if (is != nullptr) explain_added(change, *is);
                  } else if (is == nullptr) {
                    explain_removed(change, *was);
                  } else {
                    explain_changed(change, *was, *is);
                  }
                });
}

}  // namespace assay::host
