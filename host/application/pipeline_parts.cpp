#include "host/application/pipeline_parts.hpp"

#include <algorithm>
#include <utility>

#include "host/application/memory_shares.hpp"
#include "host/application/rule_conditions.hpp"
#include "host/application/step_conditions.hpp"
#include "host/enrich/local_hour.hpp"
#include "host/enrich/time_zones.hpp"
#include "host/plugins/plugin_door.hpp"

namespace assay::host {
namespace {

constexpr std::uint32_t kBatchRows = 512;
constexpr std::uint32_t kBatchHeaders = 1u << 16;  // bytes

// Bytes of text that a feature such as last(location) may add to a row.
constexpr std::uint32_t kFeatureText = 256;

// Bytes of text that the engine itself may add to a row: the ids of rules that were inconclusive.
constexpr std::uint32_t kEngineTexts = 512;

assay_batch* add_header(core::RowBlock& block, const RulePlugin::Instance& instance) {
  const auto count = static_cast<std::uint32_t>(instance.columns.size());
  return instance.rule ? block.add_header(instance.columns.data(), count)
                       : block.add_gathered_header(instance.columns.data(), count);
}

std::optional<core::RuleSet> make_rules(Assembly& assembly, core::RowBlock& block,
                                        const PipelineRequest& request, Diagnostics& diagnostics) {
  std::vector<core::RuleSet::Member> members;
  for (auto& rule : assembly.rules()) {
    if (!rule.plugin) {
      auto condition = make_rule_condition(*rule.config, *rule.scope, diagnostics);
      if (!condition) return std::nullopt;
      members.push_back({nullptr, nullptr, nullptr, std::move(condition->rule)});
      continue;
    }
    auto instance =
        request.number == 0
            ? rule.first
            : rule.plugin->make_instance(request.number, request.workers, *rule.scope, diagnostics);
    if (!instance) return std::nullopt;
    auto* header = add_header(block, *instance);
    if (!header) {
      Diagnostic diagnostic;
      diagnostic.code = Code::bad_value;
      diagnostic.message = "the rules bind more columns than a batch can show";
      diagnostics.add(std::move(diagnostic));
      return std::nullopt;
    }
    members.push_back({instance->api, instance->rule, header, nullptr, instance->errand});
  }
  return core::RuleSet(std::move(members), assembly.decisions().blueprint->rules, thread_door());
}

std::uint32_t text_features(const core::Blueprint& blueprint) {
  if (!blueprint.features) return 0;
  return static_cast<std::uint32_t>(std::ranges::count(
      blueprint.features->features(), core::FieldType::text, &core::FeaturePlan::Feature::type));
}

// False where rows show a field of theirs that is kept of nobody, for nobody had bound it when they
// were read.
bool join_holders(const Holders& holders, const core::Layout& layout, PipelineParts& made,
                  Diagnostics& diagnostics) {
  auto targets = holders.targets_in(layout);
  if (!targets) {
    Diagnostic diagnostic;
    diagnostic.code = Code::needs_restart;
    diagnostic.message = "`" + targets.error() + "` is read by nobody so far";
    diagnostic.note =
        "of account holders only what somebody reads is kept in memory, from the start on";
    diagnostic.help = "restart the engine: it reads the holders again";
    diagnostics.add(std::move(diagnostic));
    return false;
  }
  if (!holders.wanted()) return true;
  auto join = std::make_unique<HolderJoin>(holders, std::move(*targets));
  made.join = join.get();
  made.enrichers.push_back(std::move(join));
  return true;
}

// By number of the step; null for one that looks at no row. Nothing where one is refused.
std::optional<std::vector<std::unique_ptr<const core::Condition>>> make_step_conditions(
    const Assembly::Stream& stream, Diagnostics& diagnostics) {
  std::vector<std::unique_ptr<const core::Condition>> conditions(stream.steps.size());
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const auto& step = stream.blueprint->steps[i];
    if (!step.looks_at_rows) continue;
    Scope scope(*stream.catalogue, stream.features.get(), Scope::Stage::after_rules,
                "step `" + step.id + "`");
    auto made = make_step_condition(stream.steps[i]->when, step.id, scope, diagnostics);
    if (!made) return std::nullopt;
    conditions[i] = std::move(made->of_row);
  }
  return conditions;
}

}  // namespace

std::optional<PipelineParts> make_pipeline_parts(Assembly& assembly, const Assembly::Stream& stream,
                                                 const PipelineRequest& request,
                                                 Diagnostics& diagnostics) {
  const auto& config = assembly.config();
  const auto& blueprint = *stream.blueprint;
  PipelineParts made;
  if (const auto& key = assembly.card_key()) {
    made.tokenizer = std::make_unique<core::CardTokenizer>(*key);
  }
  auto block = std::make_unique<core::RowBlock>(
      blueprint.layout,
      core::RowBlock::Capacity{kBatchRows,
                               static_cast<std::uint32_t>(batch_share(config, request.workers) +
                                                          config.source.max_message),
                               kBatchHeaders, assembly.stateful_rules() > 0});
  core::RuleSet rules({}, {});
  std::uint32_t text_room = 0;
  if (blueprint.kind == ASSAY_DECISION) {
    auto judges = make_rules(assembly, *block, request, diagnostics);
    if (!judges) return std::nullopt;
    rules = std::move(*judges);
    text_room = kEngineTexts + kFeatureText * text_features(blueprint);
    if (request.holders && !join_holders(*request.holders, blueprint.layout, made, diagnostics)) {
      return std::nullopt;
    }
    if (made.join) text_room += request.holders->size().most_text;
    const auto* time = stream.schema.find(core::FieldRole::time);
    const auto zone = find_zone(config.time.zone);
    if (time && zone) {
      made.enrichers.push_back(std::make_unique<LocalHour>(*block, time->name, *zone));
    }
  }
  auto conditions = make_step_conditions(stream, diagnostics);
  if (!conditions) return std::nullopt;
  auto options = decode_options(assembly, made.tokenizer.get());
  if (request.any_time) options.time_behind = options.time_ahead = std::nullopt;
  made.parts.emplace(core::Pipeline::Parts{
      .block = std::move(block),
      .decoder = core::Decoder(stream.schema, blueprint.layout, options),
      .rules = std::move(rules),
      .enrichers = {},
      .step_conditions = std::move(*conditions),
      .text_room = text_room,
      .shared_history = blueprint.kind == ASSAY_DECISION ? request.history : nullptr});
  for (const auto& enricher : made.enrichers) made.parts->enrichers.push_back(enricher.get());
  return made;
}

std::unique_ptr<Holders> make_holders(Assembly& assembly, Diagnostics& diagnostics) {
  auto* stream = assembly.holders();
  if (!stream) return nullptr;
  const auto& key = assembly.config().holders->key;
  const auto* customer = assembly.decisions().schema.find(core::FieldRole::customer);
  auto holders = Holders::make(stream->schema, key, assembly.decisions().blueprint->layout,
                               customer ? customer->name : key);
  if (holders) return std::move(*holders);
  Diagnostic diagnostic;
  diagnostic.code = Code::bad_value;
  diagnostic.message = "the holders cannot be joined: " + holders.error();
  diagnostic.path = "holders.key";
  diagnostics.add(std::move(diagnostic));
  return nullptr;
}

std::unique_ptr<core::PartitionRules> make_partition_rules(const Assembly& assembly,
                                                           const PipelineRequest& request,
                                                           core::PartitionId partition,
                                                           const ReportFailure& report) {
  std::vector<core::PartitionRules::Instance> instances;
  for (const auto& rule : assembly.rules()) {
    if (!rule.plugin || !rule.plugin->stateful()) continue;
    auto made = rule.plugin->make_for_partition(request.number, request.workers, partition);
    if (!made) {
      report(rule.config->id, made.error());
      made = core::PartitionRules::Instance{rule.config->id, rule.first->api, nullptr, 0};
    }
    instances.push_back(std::move(*made));
  }
  return std::make_unique<core::PartitionRules>(std::move(instances));
}

core::DecodeOptions decode_options(const Assembly& assembly, const core::CardTokenizer* tokenizer) {
  const auto& config = assembly.config();
  core::DecodeOptions options;
  options.max_message = static_cast<std::uint32_t>(config.source.max_message);
  options.default_currency = config.default_currency;
  options.time_behind = config.time.behind;
  options.time_ahead = config.time.ahead;
  options.refuse_card_keys = config.source.key_is_pan == SourceConfig::KeyIsPan::refuse;
  options.tokenizer = tokenizer;
  if (tokenizer) {
    const auto derived = tokenizer->mac("assay: hashes of transaction ids");
    options.hash_key = {derived.high, derived.low};
  }
  return options;
}

}  // namespace assay::host
