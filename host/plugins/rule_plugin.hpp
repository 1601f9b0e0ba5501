// A configured rule, loaded: its plugin, its shared data, its instances.
//
// Everything that can be wrong with it is a diagnostic at the rule's place in its file. The rule
// owns what the plugin made and gives it back in the right order.
//
// Thread: control, where nothing else is said; the instances are entered by their workers.
#pragma once

#include <assay/rule.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/model/plugin_error.hpp"
#include "core/model/position.hpp"
#include "core/model/rule_info.hpp"
#include "core/rules/partition_rules.hpp"
#include "host/config/config.hpp"
#include "host/isolation/kept_process.hpp"
#include "host/names/scope.hpp"
#include "host/plugins/config_view.hpp"
#include "host/plugins/plugin_library.hpp"
#include "host/plugins/repeated_binder.hpp"

namespace assay::host {

class IsolatedRule;

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
    assay_rule* rule;  // owned by the RulePlugin; null for a stateful rule
    std::vector<std::optional<core::Slot>> columns;
    core::Errand* errand = nullptr;  // of a rule whose code runs in a process of its own
  };
  // Makes and binds an instance; the first one tells the rule's reasons and features. Of a stateful
  // rule it is made to learn what is bound, and goes at once. Nothing when refused.
  [[nodiscard]] std::optional<Instance> make_instance(std::uint32_t worker, std::uint32_t workers,
                                                      Scope& scope, Diagnostics& diagnostics);

  [[nodiscard]] bool stateful() const { return (api_->flags & ASSAY_RULE_STATEFUL) != 0; }
  // A stateful rule's instance for one partition, bound as the first one was. Thread: the worker
  // that owns the partition.
  [[nodiscard]] tl::expected<core::PartitionRules::Instance, std::string> make_for_partition(
      std::uint32_t worker, std::uint32_t workers, core::PartitionId partition) const;

  // What is known once an instance is bound: reasons, mode, weight; no hard actions yet.
  [[nodiscard]] const core::RuleInfo& info() const { return info_; }
  // Of a rule whose code runs in processes of its own, each of them. Thread: any.
  [[nodiscard]] std::vector<ProcessReport> processes() const;
  // Numbers of the features that it reads.
  [[nodiscard]] const std::vector<std::uint32_t>& features() const { return features_; }

 private:
  RulePlugin(const RuleConfig& config, std::shared_ptr<const Plugin> plugin,
             const assay_rule_api& api);
  [[nodiscard]] assay_rule* create(const assay_instance& which, assay_error& error) const;
  void destroy(assay_rule* rule) const;
  [[nodiscard]] assay_status create_shared(assay_error& error);
  [[nodiscard]] core::Errand* errand(assay_rule* rule) const;
  bool bind_first(assay_rule* rule, Scope& scope, Diagnostics& diagnostics);
  [[nodiscard]] bool bind_again(assay_rule* rule, assay_error& error) const;
  bool take_reasons(std::vector<core::ReasonInfo> reasons, Scope& scope, Diagnostics& diagnostics);

  const RuleConfig* config_;
  std::shared_ptr<const Plugin> plugin_;
  const assay_rule_api* api_;
  std::unique_ptr<assay_config> parameters_;
  assay_rule_shared* shared_ = nullptr;
  IsolatedRule* isolated_ = nullptr;  // the same, of a rule whose code runs in processes of its own
  std::vector<assay_rule*> instances_;
  core::RuleInfo info_;
  std::string whom_;  // for PluginCall
  std::vector<std::uint32_t> features_;
  std::vector<std::optional<core::Slot>> columns_;
  std::optional<Declarations> declared_;  // by the first instance
  mutable std::mutex making_;             // of instances for partitions: they share the parameters
};

}  // namespace assay::host
