// Chains are read apart from the other sections: their steps are a graph.
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "host/config/fallbacks.hpp"
#include "host/config/members.hpp"
#include "host/config/sections.hpp"
#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

StepConfig read_step(const Entry& entry) {
  StepConfig step{.id = entry.key, .span = entry.key_span};
  const Members members(&entry.value);
  members.text("sink", step.sink);
  members.phrase("when", step.when);
  members.texts("after", step.after);
  members.text("deferred", step.deferred);
  step.deferred_span = members.place("deferred");
  members.text("fallback", step.fallback);
  step.fallback_span = members.place("fallback");
  if (members.find("fallback_after") != nullptr) {
    members.duration("fallback_after", step.fallback_after.emplace());
  }
  if (members.find("cooldown") != nullptr) {
    members.duration("cooldown", step.cooldown.emplace());
    step.cooldown_span = members.place("cooldown");
  }
  members.boolean("required", step.required);
  return step;
}

class ChainReader {
 public:
  ChainReader(const Node& root, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    if (const Node* sinks = root.find("sinks")) {
      for (const Entry& sink : sinks->entries) sinks_.push_back(sink.key);
    }
  }

  ChainConfig read(const Entry& entry) {
    ChainConfig chain{.id = entry.key, .span = entry.key_span};
    Members(&entry.value)
        .choice("kind", chain.kind,
                std::array{std::pair{std::string_view("decision"), ChainConfig::Kind::decision},
                           std::pair{std::string_view("holder"), ChainConfig::Kind::holder}});
    for (const Entry& step : entry.value.entries) {
      if (step.key == "kind") continue;
      chain.steps.push_back(read_step(step));
    }
    settle_fallbacks(chain, entry.value, diagnostics_);
    for (const StepConfig& step : chain.steps) check(step, chain, entry.value);
    sort(chain);
    return chain;
  }

 private:
  void check(const StepConfig& step, const ChainConfig& chain, const Node& node) {
    const Members members(node.find(step.id));
    const std::string path = "chains." + chain.id + "." + step.id;
    if (members.find("sink") != nullptr && std::ranges::find(sinks_, step.sink) == sinks_.end()) {
      diagnostics_.add({.code = Code::unknown_sink,
                        .message = "there is no sink `" + step.sink + "`",
                        .span = members.place("sink"),
                        .label = "not a key of `sinks`",
                        .note = "sinks: " + joined(sinks_),
                        .help = did_you_mean(step.sink, sinks_),
                        .path = path + ".sink"});
    }
    if (!step.deferred.empty()) check_deferred(step, chain, members, path);
    const Node* after = members.find("after");
    if (after == nullptr) return;
    if (after->is_scalar()) check_after(step, *after, chain, path);
    for (const Node& item : after->items) {
      if (item.is_scalar()) check_after(step, item, chain, path);
    }
  }

  void check_deferred(const StepConfig& step, const ChainConfig& chain, const Members& members,
                      const std::string& path) {
    const auto refuse = [&](Code code, const Span& place, std::string message, std::string note,
                            std::string help) {
      diagnostics_.add({.code = code,
                        .message = std::move(message),
                        .span = place,
                        .note = std::move(note),
                        .help = std::move(help),
                        .path = path + ".deferred"});
    };
    const Span& place = step.deferred_span;
    if (members.find("after") != nullptr) {
      refuse(Code::conflicting_keys, members.place("after"),
             "the step `" + step.id + "` is deferred and waits for another one, too",
             "what is deferred is stored together with the records of `" + step.deferred + "`",
             "remove `after`, or `deferred`");
    }
    if (chain.kind == ChainConfig::Kind::holder) {
      refuse(Code::cannot_defer, place, "the step `" + step.id + "` of holders cannot be deferred",
             "only decisions are", "remove `deferred`");
    }
    const auto carrier = std::ranges::find(chain.steps, step.deferred, &StepConfig::id);
    if (carrier == chain.steps.end()) {
      const auto others = other_steps(step, chain);
      refuse(Code::unknown_step, place,
             "the chain `" + chain.id + "` has no step `" + step.deferred + "`",
             "other steps: " + joined(others), did_you_mean(step.deferred, others));
    } else if (!carrier->deferred.empty()) {
      refuse(Code::cannot_defer, place,
             "the step `" + step.id + "` is deferred to `" + carrier->id +
                 "`, which is deferred itself",
             "the other one must store records in a transaction, beside an outbox",
             "name a step whose sink is postgres");
    } else if (step.required && !carrier->required) {
      refuse(Code::required_behind_optional, place,
             "the required step `" + step.id + "` is deferred to the optional step `" +
                 carrier->id + "`",
             "an optional step may drop records, and what is deferred to it with them",
             "make `" + carrier->id + "` required");
    }
  }

  static std::vector<std::string> other_steps(const StepConfig& step, const ChainConfig& chain) {
    std::vector<std::string> others;
    for (const StepConfig& other : chain.steps) {
      if (other.id != step.id) others.push_back(other.id);
    }
    return others;
  }

  void check_after(const StepConfig& step, const Node& name, const ChainConfig& chain,
                   const std::string& path) {
    const auto earlier = std::ranges::find(chain.steps, name.text, &StepConfig::id);
    if (earlier == chain.steps.end()) {
      const auto others = other_steps(step, chain);
      diagnostics_.add(
          {.code = Code::unknown_step,
           .message = "the chain `" + chain.id + "` has no step " + quoted_for_message(name),
           .span = name.span,
           .note = "other steps: " + joined(others),
           .help = did_you_mean(name.text, others),
           .path = path + ".after"});
    } else if (!earlier->deferred.empty()) {
      diagnostics_.add(
          {.code = Code::cannot_defer,
           .message =
               "the step `" + step.id + "` waits for the deferred step `" + earlier->id + "`",
           .span = name.span,
           .note = "a deferred step delivers at its own pace, and nothing waits for that",
           .help = "wait for `" + earlier->deferred + "`, or remove `after`",
           .path = path + ".after"});
    } else if (step.required && !earlier->required) {
      diagnostics_.add({.code = Code::required_behind_optional,
                        .message = "the required step `" + step.id +
                                   "` waits for the optional step `" + earlier->id + "`",
                        .span = name.span,
                        .label = "this step may fail and is then passed over",
                        .note = "a required step must be reached whatever happens",
                        .help = "make `" + earlier->id + "` required, or remove `after`",
                        .path = path + ".after"});
    }
  }

  // Moves every step behind those it waits for, a fallback behind its step and before whoever waits
  // for that, and leaves the rest as it is written; what is left over waits for itself.
  void sort(ChainConfig& chain) {
    std::vector<StepConfig> steps = std::move(chain.steps);
    chain.steps.clear();
    std::unordered_map<std::string, std::size_t> numbers;
    for (std::size_t i = 0; i < steps.size(); ++i) numbers.emplace(steps[i].id, i);
    std::vector<std::vector<std::size_t>> behind(steps.size());
    std::vector<std::size_t> waits_for(steps.size(), 0);
    const auto wait = [&](std::size_t step, const std::string& id) {
      const auto found = numbers.find(id);
      if (found == numbers.end()) return;
      behind[found->second].push_back(step);
      ++waits_for[step];
    };
    for (std::size_t i = 0; i < steps.size(); ++i) {
      for (const std::string& id : steps[i].after) {
        wait(i, id);
        const auto earlier = numbers.find(id);
        if (earlier != numbers.end()) wait(i, steps[earlier->second].fallback);
      }
      wait(i, steps[i].deferred);
      const auto fallback = numbers.find(steps[i].fallback);
      if (fallback != numbers.end() && fallback->second != i) wait(fallback->second, steps[i].id);
    }
    std::set<std::size_t> ready;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (waits_for[i] == 0) ready.insert(i);
    }
    while (!ready.empty()) {
      const std::size_t next = *ready.begin();
      ready.erase(ready.begin());
      chain.steps.push_back(std::move(steps[next]));
      for (const std::size_t step : behind[next]) {
        if (--waits_for[step] == 0) ready.insert(step);
      }
    }
    std::vector<StepConfig> left;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (waits_for[i] > 0) left.push_back(std::move(steps[i]));
    }
    if (!left.empty()) report_cycle(chain, left);
  }

  // Of the steps left over some only wait behind the cycle: walk until a step comes again.
  void report_cycle(const ChainConfig& chain, const std::vector<StepConfig>& waiting) {
    const auto waits = [&](const StepConfig& step) {
      return std::ranges::any_of(step.after, [&](const std::string& id) {
        return std::ranges::find(waiting, id, &StepConfig::id) != waiting.end();
      });
    };
    const auto start = std::ranges::find_if(waiting, waits);
    if (start == waiting.end()) return;  // fallbacks of each other, which are refused elsewhere
    std::vector<const StepConfig*> walk{&*start};
    while (true) {
      const StepConfig* next = nullptr;
      for (const std::string& id : walk.back()->after) {
        const auto found = std::ranges::find(waiting, id, &StepConfig::id);
        if (found != waiting.end()) next = &*found;
      }
      if (next == nullptr) return;
      const bool again = std::ranges::find(walk, next) != walk.end();
      walk.push_back(next);
      if (!again) continue;
      const auto first = std::ranges::find(walk, next);
      std::string words;
      for (auto step = first; step != walk.end(); ++step) {
        if (!words.empty()) words += " after ";
        words += "`" + (*step)->id + "`";
      }
      diagnostics_.add({.code = Code::step_cycle,
                        .message = "steps of the chain `" + chain.id + "` wait for each other",
                        .span = (*first)->span,
                        .note = words,
                        .help = "remove one `after`",
                        .path = "chains." + chain.id});
      return;
    }
  }

  static std::string joined(const std::vector<std::string>& names) {
    std::string result;
    for (const std::string& name : names) result += (result.empty() ? "" : ", ") + name;
    return result.empty() ? "none" : result;
  }

  Diagnostics& diagnostics_;
  std::vector<std::string> sinks_;
};

}  // namespace

std::vector<ChainConfig> read_chains(const Node& root, Diagnostics& diagnostics) {
  std::vector<ChainConfig> chains;
  const Node* node = root.find("chains");
  ChainReader reader(root, diagnostics);
  if (node != nullptr) {
    for (const Entry& entry : node->entries) chains.push_back(reader.read(entry));
  }
  const bool gated = std::ranges::any_of(chains, [](const ChainConfig& chain) {
    return chain.kind == ChainConfig::Kind::decision &&
           std::ranges::any_of(chain.steps, &StepConfig::required);
  });
  // Where a step is wrong, nobody knows yet whether it would have been required.
  if (!gated && !diagnostics.has_errors()) {
    const Entry* entry = root.entry("chains");
    diagnostics.add(
        {.severity = Severity::warning,
         .code = Code::nothing_required,
         .message = "no step of a decision chain is required: decisions may be lost",
         .span = entry ? entry->key_span : root.span,
         .note = "a position is committed when every required step has taken its record",
         .help = "add `required: true` to the step that must not lose a decision",
         .path = "chains"});
  }
  return chains;
}

}  // namespace assay::host
