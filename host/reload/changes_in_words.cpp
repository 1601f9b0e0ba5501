#include "host/reload/changes_in_words.hpp"

#include <algorithm>
#include <set>

#include "host/comparison/engine_changes.hpp"
#include "host/comparison/rule_changes.hpp"

namespace assay::host {
namespace {

std::string counted(std::size_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

// Rules whose plugin is another file than it was, by the name that they use.
std::size_t replaced_plugins(const Assembly& before, const Assembly& after) {
  std::set<std::string> replaced;
  for (const auto& rule : after.config().rules) {
    if (rule.use.empty()) continue;
    const auto* was = before.plugin(rule.use);
    const auto* is = after.plugin(rule.use);
    if (was && is && was->sha256() != is->sha256()) replaced.insert(rule.use);
  }
  return replaced.size();
}

std::size_t new_features(const Assembly& before, const Assembly& after) {
  const auto& is = after.decisions().plan;
  const auto& was = before.decisions().plan;
  if (!is) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(is->features(), [&](const auto& feature) {
    using Feature = core::FeaturePlan::Feature;
    return !was || std::ranges::find(was->features(), feature.text, &Feature::text) ==
                       was->features().end();
  }));
}

}  // namespace

std::string changes_in_words(Assembly& before, Assembly& after) {
  std::string words;
  const auto say = [&](const std::string& more) { words += (words.empty() ? "" : ", ") + more; };
  Changes changes;
  add_rule_changes(changes, before, after);
  const auto count = [&](Change::Kind kind, const std::string& what) {
    const auto rules = std::ranges::count(changes, kind, &Change::kind);
    if (rules > 0) say(counted(static_cast<std::size_t>(rules), "rule") + " " + what);
  };
  count(Change::Kind::added, "added");
  count(Change::Kind::changed, "changed");
  count(Change::Kind::removed, "removed");
  if (const auto plugins = replaced_plugins(before, after); plugins > 0) {
    say(counted(plugins, "plugin") + " replaced");
  }
  if (const auto features = new_features(before, after); features > 0) {
    say(counted(features, "feature") + " new");
  }
  changes.clear();
  add_decision_changes(changes, before.config(), after.config());
  if (!changes.empty()) say("the policy changed");
  return words.empty() ? "nothing changed" : words;
}

}  // namespace assay::host
