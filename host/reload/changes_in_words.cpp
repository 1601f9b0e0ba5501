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

// Plugins of rules that are another file than they were, by the name that is used, and those of
// them that say the same version, so that nobody can tell them apart afterwards.
struct Replaced {
  std::set<std::string> all;
  std::set<std::string> same_version;
};

Replaced replaced_plugins(const Assembly& before, const Assembly& after) {
  Replaced replaced;
  for (const auto& rule : after.config().rules) {
    if (rule.use.empty()) continue;
    const auto* was = before.plugin(rule.use);
    const auto* is = after.plugin(rule.use);
    if (!was || !is || was->sha256() == is->sha256()) continue;
    replaced.all.insert(rule.use);
    if (was->name() == is->name()) replaced.same_version.insert(is->name());
  }
  return replaced;
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
  const auto replaced = replaced_plugins(before, after);
  if (!replaced.all.empty()) say(counted(replaced.all.size(), "plugin") + " replaced");
  for (const auto& one : replaced.same_version) {
    say("another file is " + one + " now: give it a version of its own");
  }
  if (const auto features = new_features(before, after); features > 0) {
    say(counted(features, "feature") + " new");
  }
  changes.clear();
  add_decision_changes(changes, before.config(), after.config());
  if (!changes.empty()) say("the policy changed");
  changes.clear();
  add_engine_changes(changes, before.config(), after.config());
  if (const auto plugins = std::ranges::find(changes, "plugins", &Change::what);
      plugins != changes.end()) {
    for (const auto& one : plugins->differences) say("`plugins." + one.path + "` changed");
  }
  return words.empty() ? "nothing changed" : words;
}

}  // namespace assay::host
