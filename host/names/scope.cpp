#include "host/names/scope.hpp"

#include <utility>

#include "host/names/text_faults.hpp"

namespace assay::host {
namespace {

// The feature's text with its parameters, checked. Nothing where a fault was reported.
std::optional<std::string> checked_text(const FeatureCatalogue& features, const NamedFeature& named,
                                        const Parameters& parameters, Diagnostics& diagnostics) {
  const auto filled = Substitution::of(named.text.text, Substitution::Kind::feature, parameters);
  if (!filled) {
    report(diagnostics, Code::bad_feature, "feature `" + named.name + "`", named.text,
           filled.error());
    return std::nullopt;
  }
  if (const auto fault = features.check(filled->text())) {
    report(diagnostics, Code::bad_feature, "feature `" + named.name + "`", named.text, *filled,
           *fault);
    return std::nullopt;
  }
  return filled->text();
}

void refuse_name(Diagnostics& diagnostics, const NamedFeature& named, const std::string& taken_by) {
  diagnostics.add({.code = Code::repeated_name,
                   .message = "the name `" + named.name + "` is taken",
                   .span = named.span,
                   .label = "it is " + taken_by,
                   .help = "give the feature another name"});
}

}  // namespace

bool add_named(FieldCatalogue& fields, FeatureCatalogue& features,
               const std::vector<NamedFeature>& named, Diagnostics& diagnostics) {
  bool sound = true;
  for (const auto& one : named) {
    if (fields.find(one.name, FieldCatalogue::Stage::after_rules)) {
      refuse_name(diagnostics, one, "a field");
      sound = false;
    } else if (const auto text = checked_text(features, one, {}, diagnostics)) {
      features.name(one.name, *text);
    } else {
      sound = false;
    }
  }
  return sound;
}

bool Scope::add(const RuleConfig& rule, Diagnostics& diagnostics) {
  parameters_ = Parameters(rule.parameters);
  if (!features_ && !rule.features.empty()) {
    diagnostics.add({.code = Code::bad_feature,
                     .message = "features need the time of a transaction",
                     .span = rule.features.front().span,
                     .note = "no field of `schema.fields` has the role `time`"});
    return false;
  }
  bool sound = true;
  for (const auto& one : rule.features) {
    if (fields_->find(one.name, Stage::after_rules)) {
      refuse_name(diagnostics, one, "a field");
      sound = false;
    } else if (features_->named().contains(one.name)) {
      refuse_name(diagnostics, one, "a feature of the whole configuration");
      sound = false;
    } else if (auto text = checked_text(*features_, one, parameters_, diagnostics)) {
      own_[one.name] = std::move(*text);
    } else {
      sound = false;
    }
  }
  return sound;
}

const std::string* Scope::text_of(std::string_view name) const {
  if (const auto own = own_.find(name); own != own_.end()) return &own->second;
  if (!features_) return nullptr;
  const auto named = features_->named().find(std::string(name));
  return named == features_->named().end() ? nullptr : &named->second;
}

std::optional<Scope::Found> Scope::find(std::string_view name) {
  if (const auto* field = fields_->find(name, stage_)) {
    return Found{fields_->slot(*field), field->type, std::nullopt};
  }
  const auto* text = text_of(name);
  if (!text) return std::nullopt;
  const auto bound = features_->bind(*text, who_);
  if (!bound) return std::nullopt;
  return Found{bound->value, bound->type, bound->number};
}

std::optional<core::FeatureFault> Scope::why_refused(std::string_view name) {
  const auto* text = text_of(name);
  if (!text) return std::nullopt;
  auto bound = features_->bind(*text, who_);
  if (bound) return std::nullopt;
  auto fault = std::move(bound.error());
  fault.message = "there is no room for the feature `" + std::string(name) + "`: " + fault.message;
  return fault;
}

tl::expected<Scope::Found, core::FeatureFault> Scope::feature(std::string_view name_or_text) {
  if (!features_) {
    return tl::unexpected(core::FeatureFault{
        0, name_or_text.size(), "there is no history here", "features look at transactions", {}});
  }
  const auto* text = text_of(name_or_text);
  Substitution as_written;
  if (!text) {
    auto filled = Substitution::of(name_or_text, Substitution::Kind::feature, parameters_);
    if (!filled) {
      auto& fault = filled.error();
      return tl::unexpected(core::FeatureFault{
          fault.at.offset, fault.at.length, std::move(fault.message), {}, fault.help});
    }
    as_written = std::move(*filled);
    text = &as_written.text();
  }
  auto bound = features_->bind(*text, who_);
  if (!bound) return tl::unexpected(std::move(bound.error()));
  return Found{bound->value, bound->type, bound->number};
}

std::vector<std::string> Scope::feature_names() const {
  std::vector<std::string> names;
  for (const auto& [name, text] : own_) names.push_back(name);
  if (features_) {
    for (const auto& [name, text] : features_->named()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> Scope::names() const {
  auto names = fields_->names(stage_);
  for (auto& name : feature_names()) names.push_back(std::move(name));
  return names;
}

}  // namespace assay::host
