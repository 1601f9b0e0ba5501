#include "host/plugins/rule_plugin.hpp"

#include <string>
#include <utility>

#include "host/config/text_place.hpp"
#include "host/isolation/isolated_library.hpp"
#include "host/isolation/isolated_rule.hpp"
#include "host/plugins/plugin_binder.hpp"
#include "host/plugins/plugin_door.hpp"
#include "host/plugins/plugin_faults.hpp"
#include "host/plugins/rule_info.hpp"
#include "host/plugins/rule_table.hpp"

namespace assay::host {
namespace {

std::string who(const RuleConfig& config) { return "rule `" + config.id + "`"; }

}  // namespace

RulePlugin::RulePlugin(const RuleConfig& config, std::shared_ptr<const Plugin> plugin,
                       const assay_rule_api& api)
    : config_(&config),
      plugin_(std::move(plugin)),
      api_(&api),
      parameters_(std::make_unique<assay_config>(assay_config{config.parameters, {}})) {
  info_ = rule_info(config, plugin_->name());
  whom_ = core::whom(info_);
}

RulePlugin::~RulePlugin() {
  for (auto* instance : instances_) destroy(instance);
  if (!shared_ || !api_->destroy_shared) return;
  enter_plugin(whom_.c_str(), [&] { api_->destroy_shared(shared_); });
}

std::unique_ptr<RulePlugin> RulePlugin::load(const RuleConfig& config, PluginLoader& loader,
                                             Diagnostics& diagnostics) {
  const auto plugin = loader.load(config.use, config.isolation);
  if (!plugin) {
    add(diagnostics, who(config), config.use_span, plugin.error());
    return nullptr;
  }
  const auto* api = (*plugin)->rule();
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
  const auto made = rule->create_shared(error);
  if (made != ASSAY_OK) {
    add(diagnostics, who(config), config.use_span, error);
    return nullptr;
  }
  return rule;
}

assay_status RulePlugin::create_shared(assay_error& error) {
  if (const auto* library = plugin_->isolated()) {
    isolated_ = new IsolatedRule(*library, plugin_->host(), who(*config_), config_->parameters,
                                 library->limits());
    shared_ = isolated_->shared();
    return ASSAY_OK;
  }
  if (!api_->create_shared) return ASSAY_OK;
  return enter_plugin(whom_.c_str(), error, [&] {
    return api_->create_shared(plugin_->host().table(), parameters_.get(), &shared_, &error);
  });
}

core::Errand* RulePlugin::errand(assay_rule* rule) const {
  return isolated_ ? IsolatedRule::errand(rule) : nullptr;
}

std::vector<ProcessReport> RulePlugin::processes() const {
  return isolated_ ? isolated_->report() : std::vector<ProcessReport>{};
}

std::optional<RulePlugin::Instance> RulePlugin::make_instance(std::uint32_t worker,
                                                              std::uint32_t workers, Scope& scope,
                                                              Diagnostics& diagnostics) {
  // One in processes of its own is made nevertheless, for with it the worker's process starts.
  if (stateful() && declared_ && !isolated_) return Instance{api_, nullptr, columns_};
  assay_error error;
  auto* rule = create({sizeof(assay_instance), worker, workers, -1}, error);
  if (!rule) {
    add(diagnostics, who(*config_), config_->use_span, error);
    return std::nullopt;
  }
  const auto bind = [&] {
    if (!declared_) return bind_first(rule, scope, diagnostics);
    if (bind_again(rule, error)) return true;
    add(diagnostics, who(*config_), config_->use_span, error);
    return false;
  };
  if (stateful()) {
    const bool bound = bind();
    destroy(rule);
    if (!bound) return std::nullopt;
    return Instance{api_, nullptr, columns_};
  }
  instances_.push_back(rule);
  if (!bind()) return std::nullopt;
  return Instance{api_, rule, columns_, errand(rule)};
}

assay_rule* RulePlugin::create(const assay_instance& which, assay_error& error) const {
  assay_rule* rule = nullptr;
  const auto made = enter_plugin(whom_.c_str(), error, [&] {
    return api_->create(plugin_->host().table(), parameters_.get(), shared_, &which, &rule, &error);
  });
  return made == ASSAY_OK ? rule : nullptr;
}

void RulePlugin::destroy(assay_rule* rule) const {
  enter_plugin(whom_.c_str(), [&] { api_->destroy(rule); });
}

bool RulePlugin::bind_first(assay_rule* rule, Scope& scope, Diagnostics& diagnostics) {
  assay_error error;
  PluginBinder binder(scope);
  const auto bound =
      enter_plugin(whom_.c_str(), error, [&] { return api_->bind(rule, binder.table(), &error); });
  for (const auto& fault : binder.faults()) {
    add(diagnostics, who(*config_), config_->use_span, fault);
  }
  if (!binder.faults().empty()) return false;
  if (bound != ASSAY_OK) {
    add(diagnostics, who(*config_), config_->use_span, error);
    return false;
  }
  auto declarations = binder.declarations();
  if (!take_reasons(std::move(binder.reasons()), scope, diagnostics)) return false;
  declared_ = std::move(declarations);
  columns_ = binder.columns();
  features_ = binder.features();
  return true;
}

bool RulePlugin::bind_again(assay_rule* rule, assay_error& error) const {
  RepeatedBinder binder(*declared_);
  const auto bound =
      enter_plugin(whom_.c_str(), error, [&] { return api_->bind(rule, binder.table(), &error); });
  if (bound == ASSAY_OK && binder.complete()) return true;
  if (!binder.complete()) {
    error.message = "it declares other fields, features or reasons than its first instance did";
  }
  return false;
}

tl::expected<core::PartitionRules::Instance, std::string> RulePlugin::make_for_partition(
    std::uint32_t worker, std::uint32_t workers, core::PartitionId partition) const {
  const std::lock_guard lock(making_);
  assay_error error;
  auto* rule = create({sizeof(assay_instance), worker, workers, partition.value}, error);
  if (!rule) return tl::unexpected(error.message);
  if (!bind_again(rule, error)) {
    destroy(rule);
    return tl::unexpected(error.message);
  }
  return core::PartitionRules::Instance{info_.id,      api_,          rule,        0,
                                        thread_door(), whom_.c_str(), errand(rule)};
}

bool RulePlugin::take_reasons(std::vector<core::ReasonInfo> reasons, Scope& scope,
                              Diagnostics& diagnostics) {
  info_.reasons = std::move(reasons);
  if (config_->reason.is_null()) return true;
  // The rule's file has words of its own; the evidence is the plugin's.
  for (auto& reason : info_.reasons) {
    const auto fault = compile_words(scope, config_->reason.text, reason.evidence, reason.words);
    if (fault) {
      add(diagnostics, who(*config_), place_in(config_->reason, fault->at.value_or(0), 1), *fault);
      return false;
    }
  }
  return true;
}

}  // namespace assay::host
