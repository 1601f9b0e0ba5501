#include "host/runtime/breaker_log.hpp"

#include <spdlog/spdlog.h>

#include "host/runtime/alarm_words.hpp"

namespace assay::host {

void BreakerLog::tell(const std::vector<core::PipelineCounters::Rule>& counters) {
  for (std::size_t i = 0; i < told_.size(); ++i) {
    const auto& rule = (*rules_)[i];
    if (!rule.breaker) continue;
    const auto& state = counters[i].breaker;
    const bool up = state.up != 0;
    const auto& limits = rule.breaker->limits;
    if (state.rises > told_[i].rises) {
      spdlog::warn(
          "rule {} hit {}, which is more than {} and at least {}: {}", rule.id,
          counted_words(state.at_rise, limits), share_words(limits.share), limits.count,
          rule.breaker->demote ? "it counts as a shadow rule for now" : "it stays as it is");
    }
    if (!up && (told_[i].up || state.rises > told_[i].rises)) {
      spdlog::warn("rule {} hits few transactions again{}", rule.id,
                   rule.breaker->demote ? ": it no longer counts as a shadow rule" : "");
    }
    told_[i] = {state.rises, up};
  }
}

}  // namespace assay::host
