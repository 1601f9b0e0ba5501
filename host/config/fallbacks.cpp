#include "host/config/fallbacks.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/config/members.hpp"
#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

// What a fallback has from its step, and must not say itself.
constexpr std::array<std::string_view, 6> kOfTheStep{"when",     "after",    "required",
                                                     "deferred", "fallback", "cooldown"};

class FallbackCheck {
 public:
  FallbackCheck(ChainConfig& chain, const Node& map, Diagnostics& diagnostics)
      : chain_(chain), map_(map), diagnostics_(diagnostics) {}

  void check(const StepConfig& step) {
    const Members members(map_.find(step.id));
    if (step.fallback.empty()) {
      if (step.fallback_after) {
        refuse(Code::conflicting_keys, step, members.place("fallback_after"),
               "the step `" + step.id + "` has a `fallback_after` and no `fallback`", "",
               "name the step that takes its records, or remove `fallback_after`");
      }
      return;
    }
    if (!step.deferred.empty()) {
      refuse(Code::cannot_fall_back, step, step.fallback_span,
             "the deferred step `" + step.id + "` cannot have a fallback",
             "its records wait in the outbox, and those that its sink rejects become dead there",
             "remove `fallback`, or `deferred`");
    }
    const auto found = std::ranges::find(chain_.steps, step.fallback, &StepConfig::id);
    if (found == chain_.steps.end() || &*found == &step) {
      std::vector<std::string> others;
      for (const auto& other : chain_.steps) {
        if (other.id != step.id) others.push_back(other.id);
      }
      refuse(Code::unknown_step, step, step.fallback_span,
             "the chain `" + chain_.id + "` has no other step `" + step.fallback + "`",
             "other steps: " + joined(others), did_you_mean(step.fallback, others));
      return;
    }
    check_pair(step, *found);
    found->required = step.required;
  }

  // Whoever waits for a step waits for its fallback, too.
  void check_after(const StepConfig& step) {
    for (const auto& earlier : step.after) {
      const auto found = std::ranges::find(chain_.steps, earlier, &StepConfig::id);
      if (found == chain_.steps.end()) continue;
      const auto* first = step_before(chain_.steps, *found);
      if (first == nullptr || first == &step) continue;
      refuse(Code::cannot_fall_back, step, Members(map_.find(step.id)).place("after"),
             "the step `" + step.id + "` waits for `" + earlier + "`, which is the fallback of `" +
                 first->id + "`",
             "whoever waits for a step waits for its fallback, too",
             "write `after: " + first->id + "`");
    }
  }

 private:
  void check_pair(const StepConfig& step, const StepConfig& fallback) {
    const auto* first = step_before(chain_.steps, fallback);
    if (first != &step) {
      refuse(Code::cannot_fall_back, step, step.fallback_span,
             "the step `" + fallback.id + "` is the fallback of `" + first->id + "` already",
             "a fallback has the records of one step",
             "add another step with the sink `" + fallback.sink + "`");
    }
    const Members members(map_.find(fallback.id));
    for (const auto key : kOfTheStep) {
      if (members.find(key) == nullptr) continue;
      const auto* entry = map_.find(fallback.id)->entry(key);
      refuse(
          Code::cannot_fall_back, fallback, entry->key_span,
          "the step `" + fallback.id + "` is the fallback of `" + step.id + "`, and says `" +
              std::string(key) + "` itself",
          "a fallback takes what its step cannot deliver: the same records, as required as there",
          "remove `" + std::string(key) + "`");
    }
  }

  void refuse(Code code, const StepConfig& step, const Span& place, std::string message,
              std::string note, std::string help) {
    diagnostics_.add({.code = code,
                      .message = std::move(message),
                      .span = place,
                      .note = std::move(note),
                      .help = std::move(help),
                      .path = "chains." + chain_.id + "." + step.id});
  }

  static std::string joined(const std::vector<std::string>& names) {
    std::string result;
    for (const auto& name : names) result += (result.empty() ? "" : ", ") + name;
    return result.empty() ? "none" : result;
  }

  ChainConfig& chain_;
  const Node& map_;
  Diagnostics& diagnostics_;
};

}  // namespace

const StepConfig* step_before(const std::vector<StepConfig>& steps, const StepConfig& fallback) {
  const auto found = std::ranges::find(steps, fallback.id, &StepConfig::fallback);
  return found == steps.end() ? nullptr : &*found;
}

void settle_fallbacks(ChainConfig& chain, const Node& map, Diagnostics& diagnostics) {
  FallbackCheck check(chain, map, diagnostics);
  for (const auto& step : chain.steps) check.check(step);
  for (const auto& step : chain.steps) check.check_after(step);
}

}  // namespace assay::host
