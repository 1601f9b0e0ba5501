// Rules and features are read apart from the other sections: what they say in words of their own is
// kept with its place, for whoever knows the fields.
#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>

#include "host/config/bounded_size.hpp"
#include "host/config/members.hpp"
#include "host/config/sections.hpp"
#include "host/config/values.hpp"

namespace assay::host {
namespace {

// The keys of `features` that are options and no names.
constexpr std::array<std::string_view, 3> feature_options{"exact_events", "retention", "memory"};

bool is_option(std::string_view key) {
  return std::ranges::find(feature_options, key) != feature_options.end();
}

bool is_name(std::string_view text) {
  const auto fits = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
  };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::ranges::all_of(text, fits);
}

void add_feature(std::vector<NamedFeature>& features, const Entry& entry, const std::string& path,
                 Diagnostics& diagnostics) {
  if (!is_name(entry.key)) {
    diagnostics.add({.code = Code::bad_value,
                     .message = "`" + entry.key + "` cannot be the name of a feature",
                     .span = entry.key_span,
                     .label = "expected a name of letters, digits and underscores",
                     .note = "expressions and words use the name as they use a field's",
                     .path = join_path(path, entry.key)});
  } else if (entry.value.is_scalar()) {
    features.push_back({entry.key, entry.value, entry.key_span});
  }
}

std::vector<MinHistory> read_min_history(const Node* node) {
  std::vector<MinHistory> demands;
  if (node == nullptr) return demands;
  if (node->is_scalar()) {
    demands.push_back({{}, parse_duration(node->text).value_or(0), node->span});
  }
  for (const Entry& entry : node->entries) {
    demands.push_back({entry.key, parse_duration(entry.value.text).value_or(0), entry.key_span});
  }
  return demands;
}

// A rule is a plugin or a condition; what belongs to the other of the two is a slip.
void check_kind(const RuleConfig& rule, const Node& node, Diagnostics& diagnostics) {
  const std::string path = "rules." + rule.id;
  const Entry* use = node.entry("use");
  const Entry* when = node.entry("when");
  if (use == nullptr && when == nullptr) {
    diagnostics.add({.code = Code::missing_key,
                     .message = "the rule `" + rule.id + "` has neither `use` nor `when`",
                     .span = rule.span,
                     .note = "`use` names a plugin, `when` is a condition over fields and features",
                     .help = "add one of the two",
                     .path = path});
  }
  if (use != nullptr && when != nullptr) {
    diagnostics.add({.code = Code::conflicting_keys,
                     .message = "the rule `" + rule.id + "` has both `use` and `when`",
                     .span = when->key_span,
                     .label = "a rule is a plugin or a condition",
                     .note = "`use` stands at " + use->key_span.text(),
                     .help = "remove one of the two",
                     .path = path + ".when"});
  }
  const Entry* isolation = node.entry("isolation");
  if (use == nullptr && isolation != nullptr) {
    diagnostics.add({.code = Code::conflicting_keys,
                     .message = "the rule `" + rule.id + "` has no plugin that could be isolated",
                     .span = isolation->key_span,
                     .note = "a condition is the engine's own code",
                     .help = "remove `isolation`",
                     .path = path + ".isolation"});
  }
  const Entry* code = node.entry("code");
  if (use != nullptr && code != nullptr) {
    diagnostics.add({.code = Code::conflicting_keys,
                     .message = "the plugin of the rule `" + rule.id + "` has codes of its own",
                     .span = code->key_span,
                     .note = "`code` is for a rule with `when`",
                     .help = "remove `code`",
                     .path = path + ".code"});
  }
  // Without words a decision of it could not be explained to anybody.
  if (use == nullptr && when != nullptr && node.find("reason") == nullptr) {
    diagnostics.add({.code = Code::missing_key,
                     .message = "the rule `" + rule.id + "` has no `reason`",
                     .span = rule.span,
                     .note = "`reason` is what an analyst reads of a hit, such as \"{amount} at "
                             "night\"",
                     .help = "add `reason:`",
                     .path = path});
  }
}

constexpr SizeBounds kHistory{{0, "0"}, {Bytes{1} << 40, "1 TiB"}};

}  // namespace

FeaturesConfig read_features(const Node& root, Diagnostics& diagnostics) {
  FeaturesConfig features;
  const Members members = Members(&root).map("features");
  members.integer("exact_events", features.exact_events);
  members.duration("retention", features.retention);
  read_size(members, "memory", features.memory, kHistory, "features.memory", diagnostics);
  const Node* node = root.find("features");
  if (node == nullptr) return features;
  for (const Entry& entry : node->entries) {
    if (!is_option(entry.key)) add_feature(features.named, entry, "features", diagnostics);
  }
  return features;
}

std::vector<RuleConfig> read_rules(const Node& root, const DecisionConfig& decision,
                                   const PluginsConfig& plugins, Diagnostics& diagnostics) {
  const Members weights = Members(&root).map("decision").map("weights");
  return each_entry(root.find("rules"), [&](const Entry& entry) {
    RuleConfig rule{.id = entry.key,
                    .isolation = plugins.isolation,
                    .code = entry.key,
                    .on_error = decision.on_error,
                    .span = entry.key_span};
    const Members members(&entry.value);
    if (const Node* id = members.find("rule"); id != nullptr && id->text != rule.id) {
      diagnostics.add(
          {.code = Code::conflicting_keys,
           .message = "the rule `" + rule.id + "` calls itself " + quoted_for_message(*id),
           .span = id->span,
           .help = "remove `rule:`, or make the two the same",
           .path = "rules." + rule.id + ".rule"});
    }
    members.integer("version", rule.version);
    members.text("owner", rule.owner);
    members.text("description", rule.description);
    members.choice("mode", rule.mode,
                   std::array{std::pair{std::string_view("off"), RuleConfig::Mode::off},
                              std::pair{std::string_view("shadow"), RuleConfig::Mode::shadow},
                              std::pair{std::string_view("live"), RuleConfig::Mode::live}});
    members.text("use", rule.use);
    rule.use_span = members.place("use");
    members.choice("isolation", rule.isolation, isolation_words);
    members.phrase("when", rule.when);
    members.text("code", rule.code);
    rule.parameters = members.map_or_empty("parameters", entry.key_span);
    if (const Node* features = members.find("features")) {
      for (const Entry& feature : features->entries) {
        add_feature(rule.features, feature, "rules." + rule.id + ".features", diagnostics);
      }
    }
    rule.min_history = read_min_history(members.find("min_history"));
    if (members.find("score") != nullptr) members.number("score", rule.score.emplace());
    members.number("weight", rule.weight);
    weights.number(rule.id, rule.weight);
    members.phrase("reason", rule.reason);
    if (const Node* tests = members.find("tests")) rule.tests = *tests;
    members.choice("on_error", rule.on_error, on_error_words);
    const std::string path = "rules." + rule.id;
    rule.bands = read_bands(members.find("bands"), path + ".bands", diagnostics);
    rule.breaker = read_breaker(entry.value.entry("breaker"), path + ".breaker", diagnostics);
    if (entry.value.is_map()) check_kind(rule, entry.value, diagnostics);
    return rule;
  });
}

}  // namespace assay::host
