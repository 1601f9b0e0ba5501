#include "host/comparison/feature_changes.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/features/declaration.hpp"
#include "host/application/state_plan.hpp"

namespace assay::host {
namespace {

using core::window_text;

const std::vector<core::FeaturePlan::Feature>& features_of(const Assembly& assembly) {
  static const std::vector<core::FeaturePlan::Feature> none;
  const auto& plan = assembly.decisions().plan;
  return plan ? plan->features() : none;
}

bool has(const Assembly& assembly, const std::string& text) {
  const auto& all = features_of(assembly);
  return std::ranges::find(all, text, &core::FeaturePlan::Feature::text) != all.end();
}

std::string readers(const Assembly& assembly, std::uint32_t number) {
  std::string all;
  for (const auto& one : assembly.decisions().features->users(number)) {
    all += (all.empty() ? "" : ", ") + one;
  }
  return all;
}

std::string how_warm(const core::FeaturePlan::Feature& feature, const Config& config) {
  const auto skew = window_text(config.time.skew);
  const auto window = window_text(feature.window);
  return feature.declaration.window > 0
             ? "it starts cold: a start reads the log again, " + window + " and `time.skew` (" +
                   skew + ") back; where the log no longer has that, it is warm " + window +
                   " of event time after the oldest record that was read"
             : "it starts cold and has no window: a start reads the log again, `features."
               "retention` (" +
                   window + ") and `time.skew` (" + skew +
                   ") back; it knows what the log still has, and no more";
}

void add_plan_change(Changes& changes, const Assembly& before, const Assembly& after) {
  if (state_plan(before) == state_plan(after)) return;
  const auto& state = after.config().state;
  if (before.config().state.dir.empty() || state.dir.empty()) return;
  const auto& plan = after.decisions().plan;
  const auto longest = plan ? plan->longest_window() : 0;
  Change change{Change::Part::features, Change::Kind::changed, "snapshots"};
  change.note(
      "those that are there hold other history and are passed over: the first start reads the log "
      "again, the longest window (" +
      window_text(longest) + ") and `time.skew` (" + window_text(after.config().time.skew) +
      ") back");
  changes.push_back(std::move(change));
}

}  // namespace

std::size_t add_feature_changes(Changes& changes, const Assembly& before, const Assembly& after) {
  std::size_t kept = 0;
  const auto& now = features_of(after);
  for (std::uint32_t i = 0; i < now.size(); ++i) {
    if (has(before, now[i].text)) {
      ++kept;
      continue;
    }
    Change change{Change::Part::features, Change::Kind::added, now[i].text};
    change.note("read by " + readers(after, i));
    change.note(how_warm(now[i], after.config()));
    changes.push_back(std::move(change));
  }
  for (const auto& was : features_of(before)) {
    if (has(after, was.text)) continue;
    Change change{Change::Part::features, Change::Kind::removed, was.text};
    change.note("nobody reads it any more: its history is forgotten");
    changes.push_back(std::move(change));
  }
  add_plan_change(changes, before, after);
  return kept;
}

}  // namespace assay::host
