#include "host/comparison/rule_changes.hpp"

#include <algorithm>
#include <string>

#include "host/comparison/plugin_settings.hpp"
#include "host/comparison/subject_changes.hpp"

namespace assay::host {
namespace {

using Mode = RuleConfig::Mode;

// What a rule answers depends on it, so `version` is raised with it.
const std::vector<std::string> kContent{"use",         "when",  "code",   "parameters", "features",
                                        "min_history", "score", "reason", "bands"};

const RuleConfig* rule_of(const Config& config, const std::string& id) {
  const auto found = std::ranges::find(config.rules, id, &RuleConfig::id);
  return found == config.rules.end() ? nullptr : &*found;
}

const Node& node_of(const Config& config, const std::string& id) {
  return *config.merged.find("rules")->find(id);
}

bool says_on_error(const Config& config, const std::string& id) {
  return node_of(config, id).find("on_error") != nullptr;
}

bool is_stateful(const Assembly& assembly, const std::string& id) {
  return std::ranges::any_of(assembly.rules(), [&](const Assembly::Rule& rule) {
    return rule.config->id == id && rule.plugin && rule.plugin->stateful();
  });
}

std::string on_error_in_words(OnError on_error) {
  switch (on_error) {
    case OnError::open:
      return "open";
    case OnError::review:
      return "review";
    case OnError::closed:
      return "closed";
  }
  return {};
}

Named settings_of_rule(const Assembly& assembly, const RuleConfig& rule) {
  const auto& node = node_of(assembly.config(), rule.id);
  Named named{rule.id, settings_of("rule", &node)};
  auto& settings = named.settings;
  remove(settings, "rule");
  remove(settings, "parameters");
  add_plugin_settings(settings, assembly, PluginKind::rule, rule.use, rule.parameters,
                      "parameters");
  if (const auto plugin = plugin_in_words(assembly, rule.use); !plugin.empty()) {
    set(settings, "plugin", plugin);
  }
  // `decision.weights` replaces the rule's own.
  std::string weight = std::to_string(rule.weight);
  weight.erase(weight.find_last_not_of('0') + 1);
  if (weight.back() == '.') weight.pop_back();
  set(settings, "weight", weight);
  if (rule.use.empty()) set(settings, "code", rule.code);
  set(settings, "on_error", on_error_in_words(rule.on_error));
  return named;
}

// What every rule does on an error is told once, of the decision.
void leave_out_what_the_decision_says(std::vector<Named>& before, std::vector<Named>& after,
                                      const Config& old, const Config& now) {
  for (auto& rule : after) {
    const auto was = std::ranges::find(before, rule.id, &Named::id);
    if (was == before.end() || says_on_error(old, rule.id) || says_on_error(now, rule.id)) continue;
    remove(rule.settings, "on_error");
    remove(was->settings, "on_error");
  }
}

std::vector<Named> rules_of(const Assembly& assembly) {
  std::vector<Named> rules;
  for (const auto& rule : assembly.config().rules) {
    rules.push_back(settings_of_rule(assembly, rule));
  }
  return rules;
}

void explain_mode(Change& change, Mode mode) {
  if (mode == Mode::live) change.note("it is live: its hits count in the decision");
  if (mode == Mode::shadow) change.note("it is in shadow: its hits are noted and decide nothing");
  if (mode == Mode::off) change.note("it is off: it judges nothing");
}

void explain_version(Change& change, const RuleConfig& was, const RuleConfig& now) {
  const auto version = std::to_string(was.version);
  const bool content = touches(change, kContent);
  if (now.version < was.version) {
    change.warn("its version falls: what was decided under a higher one is stored already; take " +
                std::to_string(was.version + 1));
  } else if (content && now.version == was.version) {
    change.warn("its content changes and its version stays " + version +
                ": what is stored does not tell the two apart; raise `version` to " +
                std::to_string(was.version + 1));
  } else if (!content && now.version > was.version) {
    change.note("its version is raised and nothing that it answers changes");
  }
}

void explain_stored_answers(Change& change, const Assembly& before, const Assembly& after) {
  if (touches(change, {"version", "use"}) &&
      (is_stateful(before, change.what) || is_stateful(after, change.what))) {
    change.note("it keeps state of its own, which begins anew");
  }
  if (touches(change, {"plugin"}) && !touches(change, {"use"})) {
    change.note("the plugin is of another version");
  }
  if (std::ranges::any_of(change.differences, &Difference::contents_only)) {
    change.note("a file that it names holds something else");
  }
}

}  // namespace

void add_rule_changes(Changes& changes, const Assembly& before, const Assembly& after) {
  const auto& old = before.config();
  const auto& now = after.config();
  auto were = rules_of(before);
  auto are = rules_of(after);
  leave_out_what_the_decision_says(were, are, old, now);
  compare_named(changes, Change::Part::rules, were, are, [&](Change& change) {
    const auto* was = rule_of(old, change.what);
    const auto* is = rule_of(now, change.what);
    if (was == nullptr) {
      explain_mode(change, is->mode);
    } else if (is == nullptr) {
      change.note(was->mode == Mode::live ? "its hits count in no decision any more"
                                          : "it decided nothing before");
    } else {
      if (was->mode != is->mode) explain_mode(change, is->mode);
      explain_version(change, *was, *is);
      explain_stored_answers(change, before, after);
    }
  });
}

}  // namespace assay::host
