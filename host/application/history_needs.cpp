#include "host/application/history_needs.hpp"

#include <algorithm>
#include <assay/values.hpp>
#include <string>

#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

bool refuse(Diagnostics& diagnostics, const MinHistory& demand, std::string message,
            std::string note, std::string help) {
  diagnostics.add({.code = Code::bad_value,
                   .message = std::move(message),
                   .span = demand.span,
                   .note = std::move(note),
                   .help = std::move(help)});
  return false;
}

bool add_for_one(const RuleConfig& config, const MinHistory& demand,
                 const std::vector<std::uint32_t>& features, Scope& scope, core::RuleInfo& info,
                 Diagnostics& diagnostics) {
  const auto names = scope.feature_names();
  const auto found = std::ranges::find(names, demand.feature) != names.end()
                         ? scope.find(demand.feature)
                         : std::nullopt;
  if (!found || std::ranges::find(features, *found->feature) == features.end()) {
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    return refuse(diagnostics, demand,
                  "rule `" + config.id + "` reads no feature `" + demand.feature + "`",
                  all.empty() ? "no feature has a name" : "features with a name: " + all,
                  did_you_mean(demand.feature, names));
  }
  const auto window = scope.features()->plan().features()[*found->feature].window;
  if (demand.least > window) {
    return refuse(diagnostics, demand,
                  "`min_history` of `" + demand.feature + "` is longer than its window",
                  "the window is " + in_words(Duration{window}), "ask for that or less");
  }
  info.history.push_back({scope.features()->coverage(*found->feature), demand.least});
  return true;
}

}  // namespace

bool add_history_needs(const RuleConfig& config, const std::vector<std::uint32_t>& features,
                       Scope& scope, core::RuleInfo& info, Diagnostics& diagnostics) {
  bool sound = true;
  for (const auto& demand : config.min_history) {
    if (!demand.feature.empty()) {
      sound &= add_for_one(config, demand, features, scope, info, diagnostics);
      continue;
    }
    if (features.empty()) {
      sound = refuse(diagnostics, demand,
                     "rule `" + config.id + "` has `min_history` and reads no feature", {},
                     "remove `min_history`");
    }
    for (const auto number : features) {
      const auto window = scope.features()->plan().features()[number].window;
      info.history.push_back({scope.features()->coverage(number), std::min(demand.least, window)});
    }
  }
  return sound;
}

}  // namespace assay::host
