// Everything that a configuration names, loaded and bound: rules, sinks, layouts, chains.
//
// Built without talking to any peer, so `assay validate` and `assay run` see the same faults, all
// at once and each at its place. What depends on the peers (how many workers there are) comes
// later.
//
// Thread: control builds it; afterwards whatever is const is anybody's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/decode/card_token.hpp"
#include "core/decode/schema.hpp"
#include "core/pipeline/blueprint.hpp"
#include "host/application/ground.hpp"
#include "host/config/config.hpp"
#include "host/names/feature_catalogue.hpp"
#include "host/names/field_catalogue.hpp"
#include "host/names/scope.hpp"
#include "host/plugins/plugin_library.hpp"
#include "host/plugins/rule_plugin.hpp"
#include "host/plugins/sink_plugin.hpp"

namespace assay::host {

class Assembly final {
 public:
  // Or made up: the configured key where it can be read, else one for this run alone.
  enum class CardKey { required, or_made_up, not_needed };

  // Null when anything is refused. Plugins judge their settings on the way, which marks secrets in
  // the configuration and renews its hash. It must outlive the assembly. `ground`: of the process,
  // where another one was built before; it has the libraries, for none is initialised twice.
  [[nodiscard]] static std::unique_ptr<Assembly> build(
      Config& config, CardKey card_key, Diagnostics& diagnostics,
      std::shared_ptr<Ground> ground = std::make_shared<Ground>());
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;

  // What comes out of transactions, and of account holders (if any chain takes them).
  struct Stream {
    core::Schema schema;
    std::shared_ptr<core::Blueprint> blueprint;
    std::unique_ptr<FieldCatalogue> catalogue;
    std::shared_ptr<core::FeaturePlan> plan;     // null where nothing is remembered
    std::unique_ptr<FeatureCatalogue> features;  // the same
    std::vector<const StepConfig*> steps;        // in the order of the blueprint's
  };

  // What delivers a deferred step from its outbox: instances of its own, for they are called on
  // another thread than those of the chains.
  struct Outbox {
    std::string step;                    // its id
    std::size_t stored_by = 0;           // number of the sink that stores its records
    std::unique_ptr<SinkPlugin> outbox;  // an instance of that one
    std::unique_ptr<SinkPlugin> sink;    // of the step's own sink
  };

  // A configured rule that is not off.
  struct Rule {
    const RuleConfig* config = nullptr;
    std::unique_ptr<Scope> scope;
    std::unique_ptr<RulePlugin> plugin;  // null for a condition
    // Of worker 0; it was made to learn what is bound.
    std::optional<RulePlugin::Instance> first;
    std::vector<std::uint32_t> features;  // numbers of those that it reads
  };

  [[nodiscard]] const Config& config() const { return *config_; }
  [[nodiscard]] const std::shared_ptr<Ground>& ground() const { return ground_; }
  [[nodiscard]] const std::optional<core::CardKey>& card_key() const { return card_key_; }
  [[nodiscard]] Stream& decisions() { return *decisions_; }
  [[nodiscard]] const Stream& decisions() const { return *decisions_; }
  [[nodiscard]] Stream* holders() { return holders_ ? &*holders_ : nullptr; }
  // In the order of the blueprint's.
  [[nodiscard]] std::vector<Rule>& rules() { return rules_; }
  [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
  [[nodiscard]] std::size_t stateful_rules() const;
  // Every library once, by path.
  [[nodiscard]] std::vector<std::shared_ptr<const Plugin>> plugins() const {
    return loader_->loaded();
  }
  // By sink number, then by instance.
  [[nodiscard]] const std::vector<std::vector<std::unique_ptr<SinkPlugin>>>& sinks() const {
    return sinks_;
  }

  [[nodiscard]] const std::vector<Outbox>& outboxes() const { return outboxes_; }
  // Loaded by that name, as `use` says it; null where it was not.
  [[nodiscard]] const Plugin* plugin(const std::string& use) const { return loader_->known(use); }

  // Rules that judge no more: their instances go. Its sinks stay.
  void drop_rules() { rules_.clear(); }
  // Sinks that were made only to learn what they bind: those of another assembly deliver.
  void drop_sinks();

 private:
  Assembly(Config& config, std::shared_ptr<Ground> ground)
      : config_(&config), ground_(std::move(ground)) {}
  void check_settings(Diagnostics& diagnostics);
  bool make_streams(Diagnostics& diagnostics);
  bool check_keys(const core::Schema& schema, const core::Schema* holders,
                  Diagnostics& diagnostics) const;
  void remember(Stream& stream);
  bool name_features(Diagnostics& diagnostics);
  bool load_rules(Diagnostics& diagnostics);
  std::optional<core::RuleInfo> load_rule(Rule& rule, Diagnostics& diagnostics);
  bool apply_actions(Diagnostics& diagnostics);
  bool load_sinks(Diagnostics& diagnostics);
  bool bind_sink(SinkPlugin& sink, Diagnostics& diagnostics);
  bool defer(const StepConfig& config, core::Step& step, const std::vector<core::Step>& steps,
             Diagnostics& diagnostics);
  bool cool_down(const StepConfig& config, core::Step& step, Stream& stream,
                 Diagnostics& diagnostics);
  bool fall_back(const std::string& chain, const StepConfig& before, core::Step& step,
                 std::vector<core::Step>& steps, Diagnostics& diagnostics);
  bool make_steps(const ChainConfig& chain, Diagnostics& diagnostics);
  void complete(Stream& stream, std::shared_ptr<const core::Configuration> configuration) const;

  Config* config_;
  std::shared_ptr<Ground> ground_;  // first: the rest stands on it
  std::optional<core::CardKey> card_key_;
  std::unique_ptr<PluginLoader> loader_;
  std::optional<Stream> decisions_;
  std::optional<Stream> holders_;
  std::vector<Rule> rules_;
  std::vector<std::vector<std::unique_ptr<SinkPlugin>>> sinks_;
  std::vector<Outbox> outboxes_;
};

}  // namespace assay::host
