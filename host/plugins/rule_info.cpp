#include "host/plugins/rule_info.hpp"

#include <assay/rule.h>

#include <cmath>
#include <utility>

namespace assay::host {
namespace {

core::OnError on_error(OnError policy) {
  switch (policy) {
    case OnError::open:
      return core::OnError::open;
    case OnError::review:
      return core::OnError::review;
    case OnError::closed:
      return core::OnError::closed;
  }
  return core::OnError::closed;
}

}  // namespace

core::RuleInfo rule_info(const RuleConfig& config, std::string plugin) {
  core::RuleInfo info;
  info.id = config.id;
  info.plugin = std::move(plugin);
  info.version = static_cast<std::uint32_t>(config.version);
  info.mode =
      config.mode == RuleConfig::Mode::shadow ? core::RuleMode::shadow : core::RuleMode::live;
  info.on_error = on_error(config.on_error);
  info.weight = config.weight;
  if (config.score) {
    info.score = static_cast<std::int32_t>(std::lround(*config.score * ASSAY_SCORE_ONE));
  }
  return info;
}

}  // namespace assay::host
