#include "host/plugins/rule_plugin.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "host/plugins/plugin_binder.hpp"
#include "host/plugins/plugin_faults.hpp"

namespace assay::host {
namespace {

std::string who(const RuleConfig& config) { return "rule `" + config.id + "`"; }

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

// A table that lacks a mandatory function is refused before anything of it is called.
const char* missing_function(const assay_rule_api& api) {
  if (api.size < sizeof(assay_rule_api)) return "a whole table of version 1.0";
  if (!api.describe) return "describe";
  if (!api.create) return "create";
  if (!api.destroy) return "destroy";
  if (!api.bind) return "bind";
  if (!api.evaluate) return "evaluate";
  return nullptr;
}

}  // namespace

RulePlugin::RulePlugin(const RuleConfig& config, std::shared_ptr<const Plugin> plugin,
                       const assay_rule_api& api)
    : config_(&config),
      plugin_(std::move(plugin)),
      api_(&api),
      parameters_(std::make_unique<assay_config>(assay_config{config.parameters, {}})) {
  info_.id = config.id;
  info_.plugin = plugin_->id() + " " + plugin_->version();
  info_.version = static_cast<std::uint32_t>(config.version);
  info_.mode =
      config.mode == RuleConfig::Mode::shadow ? core::RuleMode::shadow : core::RuleMode::live;
  info_.on_error = on_error(config.on_error);
  info_.weight = config.weight;
  if (config.score) {
    info_.score = static_cast<std::int32_t>(std::lround(*config.score * ASSAY_SCORE_ONE));
  }
}

RulePlugin::~RulePlugin() {
  for (auto* instance : instances_) api_->destroy(instance);
  if (shared_ && api_->destroy_shared) api_->destroy_shared(shared_);
}

std::unique_ptr<RulePlugin> RulePlugin::load(const RuleConfig& config, PluginLoader& loader,
                                             Diagnostics& diagnostics) {
  const auto plugin = loader.load(config.use);
  if (!plugin) {
    add(diagnostics, who(config), config.use_span, plugin.error());
    return nullptr;
  }
  const auto* api = (*plugin)->interface<assay_rule_api>(ASSAY_RULE_ID);
  if (!api) {
    add(diagnostics, who(config), config.use_span,
        PluginFault{Code::wrong_plugin_kind, "`" + config.use + "` is not a rule plugin", {}, {}});
    return nullptr;
  }
  if (const auto* missing = missing_function(*api)) {
    add(diagnostics, who(config), config.use_span,
        PluginFault{Code::plugin_refused, "`" + config.use + "` lacks " + missing, {}, {}});
    return nullptr;
  }

  auto rule = std::unique_ptr<RulePlugin>(new RulePlugin(config, *plugin, *api));

  assay_error error;
  if (api->create_shared && api->create_shared((*plugin)->host().table(), rule->parameters_.get(),
                                               &rule->shared_, &error) != ASSAY_OK) {
    add(diagnostics, who(config), config.use_span, error);
    return nullptr;
  }
  return rule;
}

std::optional<RulePlugin::Instance> RulePlugin::make_instance(std::uint32_t worker,
                                                              std::uint32_t workers,
                                                              FieldCatalogue& catalogue,
                                                              Diagnostics& diagnostics) {
  const assay_instance which{sizeof(assay_instance), worker, workers, -1};
  assay_error error;
  assay_rule* rule = nullptr;
  if (api_->create(plugin_->host().table(), parameters_.get(), shared_, &which, &rule, &error) !=
      ASSAY_OK) {
    add(diagnostics, who(*config_), config_->use_span, error);
    return std::nullopt;
  }
  instances_.push_back(rule);

  PluginBinder binder(catalogue, FieldCatalogue::Stage::before_rules);
  const auto bound = api_->bind(rule, binder.table(), &error);
  for (const auto& fault : binder.faults()) {
    add(diagnostics, who(*config_), config_->use_span, fault);
  }
  if (!binder.faults().empty()) return std::nullopt;
  if (bound != ASSAY_OK) {
    add(diagnostics, who(*config_), config_->use_span, error);
    return std::nullopt;
  }
  if (!take_reasons(std::move(binder.reasons()), catalogue, diagnostics)) return std::nullopt;
  return Instance{api_, rule, binder.columns()};
}

bool RulePlugin::take_reasons(std::vector<core::ReasonInfo> reasons, FieldCatalogue& catalogue,
                              Diagnostics& diagnostics) {
  if (!info_.reasons.empty()) return true;  // the same again from a further instance
  info_.reasons = std::move(reasons);
  if (!config_->reason) return true;
  // The rule's file has words of its own; the evidence is the plugin's.
  for (auto& reason : info_.reasons) {
    const auto fault = compile_words(catalogue, FieldCatalogue::Stage::before_rules,
                                     *config_->reason, reason.evidence, reason.words);
    if (fault) {
      add(diagnostics, who(*config_), config_->span, *fault);
      return false;
    }
  }
  return true;
}

}  // namespace assay::host
