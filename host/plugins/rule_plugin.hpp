// A configured rule, loaded: its plugin, its shared data, its instances.
//
// Everything that can be wrong with it is a diagnostic at the rule's place in its file. The rule
// owns what the plugin made and gives it back in the right order.
//
// Thread: control; the instances are entered by their workers.
#pragma once

#include <assay/rule.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/model/rule_info.hpp"
#include "host/config/config.hpp"
#include "host/plugins/config_view.hpp"
#include "host/plugins/field_catalogue.hpp"
#include "host/plugins/plugin_library.hpp"

namespace assay::host {

class RulePlugin final {
 public:
  // Loads the plugin and makes the shared data; the parameters were judged by its schema before.
  // Null when refused.
  [[nodiscard]] static std::unique_ptr<RulePlugin> load(const RuleConfig& config,
                                                        PluginLoader& loader,
                                                        Diagnostics& diagnostics);
  ~RulePlugin();
  RulePlugin(const RulePlugin&) = delete;
  RulePlugin& operator=(const RulePlugin&) = delete;

  struct Instance {
    const assay_rule_api* api;
    assay_rule* rule;  // owned by the RulePlugin
    std::vector<std::optional<core::Slot>> columns;
  };
  // Makes and binds an instance; the first one tells the rule's reasons. Nothing when refused.
  [[nodiscard]] std::optional<Instance> make_instance(std::uint32_t worker, std::uint32_t workers,
                                                      FieldCatalogue& catalogue,
                                                      Diagnostics& diagnostics);

  // What is known once an instance is bound: reasons, mode, weight; no hard actions yet.
  [[nodiscard]] const core::RuleInfo& info() const { return info_; }

 private:
  RulePlugin(const RuleConfig& config, std::shared_ptr<const Plugin> plugin,
             const assay_rule_api& api);
  bool take_reasons(std::vector<core::ReasonInfo> reasons, FieldCatalogue& catalogue,
                    Diagnostics& diagnostics);

  const RuleConfig* config_;
  std::shared_ptr<const Plugin> plugin_;
  const assay_rule_api* api_;
  std::unique_ptr<assay_config> parameters_;
  assay_rule_shared* shared_ = nullptr;
  std::vector<assay_rule*> instances_;
  core::RuleInfo info_;
};

}  // namespace assay::host
