#include "host/application/pipeline_parts.hpp"

#include <utility>

#include "host/enrich/local_hour.hpp"
#include "host/enrich/time_zones.hpp"

namespace assay::host {
namespace {

constexpr std::uint32_t kBatchRows = 512;
constexpr std::uint32_t kBatchArena = 1u << 20;    // bytes of text in a batch, beside one message
constexpr std::uint32_t kBatchHeaders = 1u << 16;  // bytes

// Bytes of text that the engine itself may add to a row: the ids of rules that were inconclusive.
constexpr std::uint32_t kEngineTexts = 512;

std::optional<core::RuleSet> make_rules(Assembly& assembly, core::RowBlock& block,
                                        const PipelineRequest& request, Diagnostics& diagnostics) {
  std::vector<core::RuleSet::Member> members;
  for (std::size_t i = 0; i < assembly.rules().size(); ++i) {
    auto instance = request.number == 0 ? std::optional(assembly.first_instances()[i])
                                        : assembly.rules()[i]->make_instance(
                                              request.number, request.workers,
                                              *assembly.decisions().catalogue, diagnostics);
    if (!instance) return std::nullopt;
    auto* header = block.add_header(instance->columns.data(),
                                    static_cast<std::uint32_t>(instance->columns.size()));
    if (!header) {
      Diagnostic diagnostic;
      diagnostic.code = Code::bad_value;
      diagnostic.message = "the rules bind more columns than a batch can show";
      diagnostics.add(std::move(diagnostic));
      return std::nullopt;
    }
    members.push_back({instance->api, instance->rule, header});
  }
  return core::RuleSet(std::move(members), assembly.decisions().blueprint->rules);
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
                               kBatchArena + static_cast<std::uint32_t>(config.source.max_message),
                               kBatchHeaders});
  core::RuleSet rules({}, {});
  std::uint32_t text_room = 0;
  if (blueprint.kind == ASSAY_DECISION) {
    auto judges = make_rules(assembly, *block, request, diagnostics);
    if (!judges) return std::nullopt;
    rules = std::move(*judges);
    text_room = kEngineTexts;
    if (request.holders && request.holders->wanted()) {
      auto join = std::make_unique<HolderJoin>(*request.holders);
      made.join = join.get();
      made.enrichers.push_back(std::move(join));
      text_room += request.holders->size().most_text;
    }
    const auto* time = stream.schema.find(core::FieldRole::time);
    const auto zone = find_zone(config.time.zone);
    if (time && zone) {
      made.enrichers.push_back(std::make_unique<LocalHour>(*block, time->name, *zone));
    }
  }
  auto options = decode_options(assembly, made.tokenizer.get());
  if (request.any_time) options.time_behind = options.time_ahead = std::nullopt;
  made.parts.emplace(
      core::Pipeline::Parts{.block = std::move(block),
                            .decoder = core::Decoder(stream.schema, blueprint.layout, options),
                            .rules = std::move(rules),
                            .enrichers = {},
                            .text_room = text_room});
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
