#include "bench/rules/loaded_rule.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "bench/support/messages.hpp"
#include "core/decode/card_token.hpp"
#include "core/decode/decoder.hpp"
#include "host/diagnostics/render.hpp"

namespace assay::bench {

LoadedRule::LoadedRule(const std::string& name, std::uint32_t rows, host::Isolation isolation,
                       const host::ProcessConfig& limits)
    : schema_(core::sample_transaction_schema()), loader_(services_, options(limits)) {
  schema_.add_to(layout_);
  config_.id = name;
  config_.isolation = isolation;
  config_.use = std::string(ASSAY_BENCH_PLUGINS) + "/" + name + ".so";
  config_.parameters.kind = host::Node::Kind::map;
  host::Diagnostics diagnostics;
  rule_ = host::RulePlugin::load(config_, loader_, diagnostics);
  std::vector<host::FieldCatalogue::Field> fields;
  for (const auto& entry : layout_.entries()) fields.push_back({entry.name, entry.type});
  host::FieldCatalogue catalogue(layout_, std::move(fields));
  host::Scope scope(catalogue, nullptr, host::Scope::Stage::before_rules, name);
  const auto instance = rule_ ? rule_->make_instance(0, 1, scope, diagnostics) : std::nullopt;
  if (!instance) {
    std::fputs(render(diagnostics, host::DiagnosticFormat::human).c_str(), stderr);
    std::exit(1);
  }
  block_ = std::make_unique<core::RowBlock>(layout_, core::RowBlock::Capacity{rows, 1u << 20});
  auto* header = block_->add_header(instance->columns.data(),
                                    static_cast<std::uint32_t>(instance->columns.size()));
  rules_ = std::make_unique<core::RuleSet>(
      std::vector<core::RuleSet::Member>{
          {instance->api, instance->rule, header, nullptr, instance->errand}},
      std::vector<core::RuleInfo>{rule_->info()});
  verdicts_ = std::make_unique<core::VerdictTable>(1, rows);
  fill(rows);
}

host::PluginLoader::Options LoadedRule::options(const host::ProcessConfig& limits) {
  host::PluginLoader::Options options;
  options.process = limits;
  return options;
}

void LoadedRule::fill(std::uint32_t rows) {
  const auto key = core::CardKey::parse("000102030405060708090a0b0c0d0e0f");
  const core::CardTokenizer tokenizer(*key);
  core::DecodeOptions options;
  options.default_currency = "EUR";
  options.tokenizer = &tokenizer;
  core::Decoder decoder(schema_, layout_, options);
  for (std::uint32_t i = 0; i < rows; ++i) {
    const auto text = message(i, Kind::quiet);
    const auto row = block_->add_row();
    if (decoder.decode({text, {}, {0}, {i}, 0}, *block_, row) != core::DecodeError::ok) {
      std::fputs("a message was refused\n", stderr);
      std::exit(1);
    }
  }
}

}  // namespace assay::bench
