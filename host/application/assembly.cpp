#include "host/application/assembly.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/application/alarms.hpp"
#include "host/application/card_key.hpp"
#include "host/application/fields.hpp"
#include "host/application/history_needs.hpp"
#include "host/application/kafka_settings.hpp"
#include "host/application/refusal.hpp"
#include "host/application/rule_conditions.hpp"
#include "host/config/plugin_schemas.hpp"
#include "host/diagnostics/nearest.hpp"
#include "host/enrich/enrich_fields.hpp"
#include "host/plugins/rule_bands.hpp"
#include "host/version.hpp"

namespace assay::host {
namespace {

std::int32_t millionths(double score) {
  return static_cast<std::int32_t>(std::lround(score * ASSAY_SCORE_ONE));
}

core::Policy policy_of(const DecisionConfig& config) {
  core::Policy policy;
  policy.combine = config.combine == DecisionConfig::Combine::sum       ? core::Combine::sum
                   : config.combine == DecisionConfig::Combine::maximum ? core::Combine::maximum
                                                                        : core::Combine::noisy_or;
  policy.review = millionths(config.review);
  policy.decline = millionths(config.decline);
  policy.first =
      config.wins == DecisionConfig::Action::block ? core::Action::block : core::Action::allow;
  return policy;
}

core::Action action_of(DecisionConfig::Action action) {
  switch (action) {
    case DecisionConfig::Action::block:
      return core::Action::block;
    case DecisionConfig::Action::allow:
      return core::Action::allow;
    case DecisionConfig::Action::review:
      return core::Action::review;
  }
  return core::Action::none;
}

void log_plugin(std::uint32_t level, std::string_view plugin, std::string_view message) {
  constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                  spdlog::level::warn, spdlog::level::err};
  spdlog::log(levels[std::min(level, ASSAY_LOG_ERROR)], "{}: {}", plugin, message);
}

}  // namespace

std::unique_ptr<Assembly> Assembly::build(Config& config, CardKey card_key,
                                          Diagnostics& diagnostics,
                                          std::shared_ptr<Ground> ground) {
  auto assembly = std::unique_ptr<Assembly>(new Assembly(config, std::move(ground)));
  auto& services = assembly->ground_->services;
  if (!services.log) {
    services.engine_version = kVersion;
    services.log = &log_plugin;
  }
  assembly->loader_ = std::make_unique<PluginLoader>(
      services, loader_options(config.plugins),
      std::shared_ptr<PluginShelf>(assembly->ground_, &assembly->ground_->plugins));
  check_kafka_settings(config, diagnostics);
  assembly->check_settings(diagnostics);
  const auto configuration = std::make_shared<const core::Configuration>(
      core::Configuration{config.hash, config.canonical_json});
  if (!services.configuration.get()) services.configuration.put(configuration);
  // Rules and sinks that are made here hear of it, whichever is in force.
  const ConfigurationAtHand at_hand(configuration.get());
  // Each part is tried even where an earlier one failed, so that all faults show at once.
  if (!assembly->make_streams(diagnostics)) return nullptr;
  if (card_key == CardKey::required) {
    assembly->card_key_ = read_card_key(config.card, diagnostics);
  } else if (card_key == CardKey::or_made_up) {
    Diagnostics unheard;
    assembly->card_key_ = read_card_key(config.card, unheard);
    if (!assembly->card_key_) assembly->card_key_ = made_up_card_key();
  }
  assembly->remember(*assembly->decisions_);
  bool rules = assembly->name_features(diagnostics);
  rules = assembly->load_rules(diagnostics) && rules && assembly->apply_actions(diagnostics);
  bool sinks = assembly->load_sinks(diagnostics);
  for (const auto& chain : config.chains) {
    if (sinks) sinks = assembly->make_steps(chain, diagnostics);
  }
  if (!rules || !sinks || diagnostics.has_errors()) return nullptr;
  assembly->complete(*assembly->decisions_, configuration);
  if (assembly->holders_) assembly->complete(*assembly->holders_, configuration);
  return assembly;
}

// A plugin that cannot be loaded is left out here and refused where it is used.
void Assembly::check_settings(Diagnostics& diagnostics) {
  std::vector<PluginSchema> schemas;
  const auto add = [&](const std::string& use, PluginSchema::Kind kind, const char* json) {
    const auto known = std::any_of(schemas.begin(), schemas.end(), [&](const PluginSchema& one) {
      return one.id == use && one.kind == kind;
    });
    if (!known) schemas.push_back({kind, use, json});
  };
  for (const auto& rule : config_->rules) {
    if (rule.use.empty()) continue;
    const auto plugin = loader_->load(rule.use, rule.isolation);
    const auto* schema = plugin ? (*plugin)->rule_schema() : "";
    if (schema) add(rule.use, PluginSchema::Kind::rule, schema);
  }
  for (const auto& sink : config_->sinks) {
    const auto plugin = loader_->load(sink.use);
    const auto* api = plugin ? (*plugin)->interface<assay_sink_api>(ASSAY_SINK_ID) : nullptr;
    if (!plugin) add(sink.use, PluginSchema::Kind::sink, "");
    if (!api || !api->describe) continue;
    const core::PluginCall mark(thread_door(), (*plugin)->path().c_str());
    add(sink.use, PluginSchema::Kind::sink, api->describe());
  }
  check_plugin_settings(*config_, schemas, diagnostics);
}

bool Assembly::make_streams(Diagnostics& diagnostics) {
  auto schema = transaction_schema(*config_, diagnostics);
  std::optional<core::Schema> holders;
  if (config_->holders) holders = holder_schema(*config_->holders, diagnostics);
  if (!schema || (config_->holders && !holders)) return false;

  if (!check_keys(*schema, holders ? &*holders : nullptr, diagnostics)) return false;

  const auto stream = [&](core::Schema of, std::uint32_t kind,
                          std::vector<FieldCatalogue::Field> fields) {
    auto blueprint = std::make_shared<core::Blueprint>();
    blueprint->kind = kind;
    blueprint->group = config_->source.group;
    blueprint->topic = config_->source.topic;
    blueprint->config_hash = config_->hash;
    blueprint->card_key_id = config_->card.key_id;
    of.add_to(blueprint->layout);
    auto catalogue = std::make_unique<FieldCatalogue>(blueprint->layout, std::move(fields));
    return Stream{std::move(of), std::move(blueprint), std::move(catalogue), nullptr, nullptr, {}};
  };
  auto fields = decision_fields(*schema, holders ? &*holders : nullptr);
  decisions_ = stream(std::move(*schema), ASSAY_DECISION, std::move(fields));
  decisions_->blueprint->policy = policy_of(config_->decision);
  decisions_->blueprint->dedupe_horizon = config_->dedupe_horizon;
  if (holders) {
    auto of_holders = holder_record_fields(*holders);
    holders_ = stream(std::move(*holders), ASSAY_HOLDER, std::move(of_holders));
    // A subscription of its own: the transactions' progress and the holders' are two things.
    holders_->blueprint->group += ".holders";
    holders_->blueprint->topic = config_->holders->topic;
  }
  return true;
}

// Keys name fields that exist: a topic keyed by nothing anybody knows is a slip of the pen.
bool Assembly::check_keys(const core::Schema& schema, const core::Schema* holders,
                          Diagnostics& diagnostics) const {
  bool sound = true;
  const auto check = [&](const core::Schema& of, const std::string& name, const char* key,
                         const Span& place) {
    core::Layout layout;
    of.add_to(layout);
    if (layout.find(name)) return;
    std::vector<std::string> names;
    for (const auto& entry : layout.entries()) names.push_back(entry.name);
    refuse(diagnostics, Code::unknown_field, place,
           std::string("`") + key + "` names `" + name + "`, which is not a field", {},
           did_you_mean(name, names));
    sound = false;
  };
  const auto& source = config_->source;
  if (source.key != "none") check(schema, source.key, "source.key", source.key_span);
  for (const auto& name : source.implies) check(schema, name, "source.implies", source.key_span);
  if (holders) check(*holders, config_->holders->key, "holders.key", {});
  return sound;
}

// Features of transactions: of a topic whose messages have a time.
void Assembly::remember(Stream& stream) {
  if (!stream.schema.find(core::FieldRole::time)) return;
  auto& layout = stream.blueprint->layout;
  auto options = feature_options(*config_, stream.schema, layout);
  options.memory = &ground_->history_memory;
  if (card_key_) {
    const auto derived = core::CardTokenizer(*card_key_).mac("assay: hashes in kept history");
    options.hash_key = {derived.high, derived.low};
  }
  stream.plan = std::make_shared<core::FeaturePlan>(std::move(options));
  stream.features = std::make_unique<FeatureCatalogue>(*stream.catalogue, layout, *stream.plan);
}

bool Assembly::name_features(Diagnostics& diagnostics) {
  const auto& named = config_->features.named;
  if (named.empty()) return true;
  if (decisions_->features) {
    return add_named(*decisions_->catalogue, *decisions_->features, named, diagnostics);
  }
  refuse(diagnostics, Code::bad_feature, named.front().span,
         "features need the time of a transaction",
         "no field of `schema.fields` has the role `time`");
  return false;
}

bool Assembly::load_rules(Diagnostics& diagnostics) {
  bool sound = true;
  for (const auto& config : config_->rules) {
    if (config.mode == RuleConfig::Mode::off) continue;
    Rule rule;
    rule.config = &config;
    rule.scope = std::make_unique<Scope>(*decisions_->catalogue, decisions_->features.get(),
                                         Scope::Stage::before_rules, "rule `" + config.id + "`");
    auto info = load_rule(rule, diagnostics);
    if (info && apply_bands(config, *rule.scope, *info, diagnostics) &&
        add_history_needs(config, rule.features, *rule.scope, *info, diagnostics)) {
      info->breaker = breaker_of(config);
      decisions_->blueprint->rules.push_back(std::move(*info));
      rules_.push_back(std::move(rule));
    } else {
      sound = false;
    }
  }
  return sound;
}

std::optional<core::RuleInfo> Assembly::load_rule(Rule& rule, Diagnostics& diagnostics) {
  const auto& config = *rule.config;
  // Whatever names what is at fault already would only be reported again.
  if (!rule.scope->add(config, diagnostics)) return std::nullopt;
  if (config.use.empty()) {
    auto made = make_rule_condition(config, *rule.scope, diagnostics);
    if (!made) return std::nullopt;
    rule.features = made->features;
    return made->info;
  }
  rule.plugin = RulePlugin::load(config, *loader_, diagnostics);
  if (!rule.plugin) return std::nullopt;
  rule.first = rule.plugin->make_instance(0, 1, *rule.scope, diagnostics);
  if (!rule.first) return std::nullopt;
  rule.features = rule.plugin->features();
  return rule.plugin->info();
}

std::size_t Assembly::stateful_rules() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      rules_, [](const Rule& rule) { return rule.plugin && rule.plugin->stateful(); }));
}

bool Assembly::apply_actions(Diagnostics& diagnostics) {
  bool sound = true;
  for (const auto& action : config_->decision.actions) {
    for (auto& rule : decisions_->blueprint->rules) {
      if (rule.id != action.rule) continue;
      // Several reasons may share a code: a list has one for each text of its entries.
      bool known = false;
      for (auto& reason : rule.reasons) {
        if (reason.code != action.reason) continue;
        reason.action = action_of(action.action);
        known = true;
      }
      if (known) continue;
      std::vector<std::string> codes;
      for (const auto& one : rule.reasons) codes.push_back(one.code);
      std::string all;
      for (const auto& code : codes) all += (all.empty() ? "" : ", ") + code;
      refuse(diagnostics, Code::unknown_reason, action.span,
             "rule `" + rule.id + "` has no reason `" + action.reason + "`", "its reasons: " + all,
             did_you_mean(action.reason, codes));
      sound = false;
    }
  }
  return check_demotion(config_->rules, decisions_->blueprint->rules, diagnostics) && sound;
}

bool Assembly::load_sinks(Diagnostics& diagnostics) {
  bool sound = true;
  for (const auto& config : config_->sinks) {
    const auto count =
        config.parallel == SinkConfig::Parallel::by_partition ? config.instances : std::int64_t{1};
    auto& instances = sinks_.emplace_back();
    for (std::int64_t i = 0; i < count; ++i) {
      auto sink = SinkPlugin::load(config, *loader_, diagnostics);
      if (!sink || !bind_sink(*sink, diagnostics)) {
        sound = false;
        break;
      }
      instances.push_back(std::move(sink));
    }
  }
  return sound;
}

bool Assembly::bind_sink(SinkPlugin& sink, Diagnostics& diagnostics) {
  const auto bind = [&](std::uint32_t kind, Stream& stream) {
    Scope scope(*stream.catalogue, stream.features.get(), Scope::Stage::after_rules,
                "sink `" + sink.config().id + "`");
    return sink.bind(kind, scope, diagnostics) != SinkPlugin::Binding::refused;
  };
  return bind(ASSAY_DECISION, *decisions_) && (!holders_ || bind(ASSAY_HOLDER, *holders_));
}

void Assembly::drop_sinks() {
  outboxes_.clear();
  sinks_.clear();
}

void Assembly::complete(Stream& stream,
                        std::shared_ptr<const core::Configuration> configuration) const {
  stream.blueprint->configuration = std::move(configuration);
  if (&stream == &*decisions_) bind_local_hour_inputs(*stream.catalogue, stream.blueprint->layout);
  stream.blueprint->slots = engine_slots(stream.blueprint->layout);
  if (stream.plan && !stream.plan->empty()) stream.blueprint->features = stream.plan;
}

}  // namespace assay::host
