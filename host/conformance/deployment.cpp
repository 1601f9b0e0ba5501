#include "host/conformance/deployment.hpp"

#include <assay/record.h>

#include <string>
#include <string_view>

#include "host/application/fields.hpp"
#include "host/diagnostics/printable.hpp"

namespace assay::host {
namespace {

constexpr const char* kWho = "the plugin";

}  // namespace

Deployment::Deployment(const Candidate& candidate)
    : candidate_(&candidate),
      config_(candidate.config.value_or(Config{})),
      loader_(services_, {.libraries = candidate.libraries}) {
  const auto schema = transaction_schema(config_, diagnostics_);
  std::optional<core::Schema> holders;
  if (config_.holders) holders = holder_schema(*config_.holders, diagnostics_);
  if (!schema)
    throw Broken{"the configuration's fields are at fault", "`assay validate` tells how"};
  schema->add_to(layout_);
  decisions_ = std::make_unique<FieldCatalogue>(
      layout_, decision_fields(*schema, holders ? &*holders : nullptr));
  if (holders) {
    holders->add_to(holder_layout_);
    holders_ = std::make_unique<FieldCatalogue>(holder_layout_, holder_record_fields(*holders));
  }
  if (!schema->find(core::FieldRole::time)) return;
  plan_ = std::make_unique<core::FeaturePlan>(feature_options(config_, *schema, layout_));
  features_ = std::make_unique<FeatureCatalogue>(*decisions_, layout_, *plan_);
  (void)add_named(*decisions_, *features_, config_.features.named, diagnostics_);
}

Scope Deployment::scope(std::uint32_t kind, Scope::Stage stage) {
  if (kind == ASSAY_HOLDER) return {*holders_, nullptr, stage, kWho};
  return {*decisions_, features_.get(), stage, kWho};
}

Judgement Deployment::refusal() const {
  const auto& fault = diagnostics_.all().front();
  auto words = printable(diagnostics_.without_secrets(fault.message));
  for (const std::string_view who : {"rule `validated`", "sink `validated`"}) {
    if (words.starts_with(who)) words.replace(0, who.size(), "it");
  }
  if (fault.code == Code::unknown_field && !candidate_->config) {
    return skipped(words + ": give the configuration of a deployment that has it, with -c");
  }
  const auto& help = fault.help.empty() ? fault.note : fault.help;
  throw Broken{
      words, help.empty() ? "bind what `assay fields` and docs/features.md list" : printable(help)};
}

}  // namespace assay::host
