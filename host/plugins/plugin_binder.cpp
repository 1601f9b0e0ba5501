#include "host/plugins/plugin_binder.hpp"

#include <string_view>

#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

std::string_view view(assay_text text) { return {text.data, text.size}; }

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

// A verdict names its reason in sixteen bits.
constexpr std::size_t kMostReasons = 1u << 16;

bool known_type(std::uint32_t type) { return type >= ASSAY_INT64 && type <= ASSAY_TOKEN; }

// A newer header may have types that this host does not know.
std::string type_words(std::uint32_t type) {
  return known_type(type) ? std::string(to_string(static_cast<core::FieldType>(type)))
                          : "type " + std::to_string(type);
}

// An amount is exact, so a plugin that asks for it as another number is the one to be mended.
std::string as_it_is(core::FieldType type) {
  if (type != core::FieldType::decimal) return {};
  return ", or bind it in the plugin as assay::Money (in C: ASSAY_DECIMAL)";
}

}  // namespace

struct PluginBinder::Calls {
  static PluginBinder& self(const assay_binder* binder) {
    return *const_cast<PluginBinder*>(reinterpret_cast<const PluginBinder*>(binder));
  }

  static assay_status field(const assay_binder* table, assay_text name, std::uint32_t type,
                            std::uint32_t flags, std::uint32_t* column) {
    auto& binder = self(table);
    const auto found = binder.scope_->find(view(name));
    const auto take = [&](std::optional<core::Slot> slot) {
      *column = binder.remember(view(name), type, slot);
      binder.declared_.push_back({false, std::string(view(name)), type, *column, 0});
      return ASSAY_OK;
    };
    if (!found) {
      if ((flags & ASSAY_OPTIONAL) != 0) return take(std::nullopt);
      const auto names = binder.scope_->names();
      std::string all;
      for (const auto& one : names) all += (all.empty() ? "" : ", ") + one;
      binder.faults_.push_back({Code::unknown_field,
                                "wants a field " + quoted(view(name)) + " that the schema lacks",
                                "fields: " + all, did_you_mean(view(name), names)});
      return ASSAY_FAILED;
    }
    if (static_cast<std::uint32_t>(found->type) != type) {
      const auto what = found->feature ? "feature " : "field ";
      const auto help = found->feature ? "name a feature that is " + type_words(type)
                                       : "declare the field as " + type_words(type) +
                                             " in `schema.fields`" + as_it_is(found->type);
      binder.faults_.push_back({Code::field_type_differs,
                                std::string("wants the ") + what + quoted(view(name)) + " as " +
                                    type_words(type) + ", it is " +
                                    std::string(to_string(found->type)),
                                {},
                                help});
      return ASSAY_FAILED;
    }
    if (found->feature) binder.features_.push_back(*found->feature);
    return take(found->slot);
  }

  static assay_status feature(const assay_binder* table, assay_text text, std::uint32_t type,
                              std::uint32_t flags, std::uint32_t* column,
                              std::uint32_t* coverage_column) {
    auto& binder = self(table);
    const auto found = binder.scope_->feature(view(text));
    if (!found) {
      const auto& fault = found.error();
      binder.faults_.push_back({Code::bad_feature,
                                "wants the feature " + quoted(view(text)) + ": " + fault.message,
                                fault.note, feature_help(binder, view(text), fault)});
      return ASSAY_FAILED;
    }
    if (static_cast<std::uint32_t>(found->type) != type) {
      binder.faults_.push_back({Code::bad_feature,
                                "wants the feature " + quoted(view(text)) + " as " +
                                    type_words(type) + ", it is " +
                                    std::string(to_string(found->type)),
                                {},
                                "a feature's type follows from its text"});
      return ASSAY_FAILED;
    }
    *column = binder.remember(view(text), type, found->slot);
    Declarations::Column declared{true, std::string(view(text)), type, *column, 0};
    if ((flags & ASSAY_NO_COVERAGE) == 0) {
      *coverage_column = declared.coverage =
          binder.remember("coverage of " + declared.name, ASSAY_DURATION,
                          binder.scope_->features()->coverage(*found->feature));
    }
    binder.features_.push_back(*found->feature);
    binder.declared_.push_back(std::move(declared));
    return ASSAY_OK;
  }

  // A single word is no text but a name that nobody has.
  static std::string feature_help(const PluginBinder& binder, std::string_view text,
                                  const core::FeatureFault& fault) {
    if (text.find_first_of(" (") != text.npos) return fault.help;
    return did_you_mean(text, binder.scope_->feature_names());
  }

  static assay_status reason(const assay_binder* table, const assay_reason* declared,
                             std::uint32_t* number) {
    auto& binder = self(table);
    const auto refuse = [&](const std::string& why) {
      binder.faults_.push_back(
          {Code::bad_reason,
           "declares a reason " + quoted(view(declared->code)) + " that " + why,
           {},
           {}});
      return ASSAY_FAILED;
    };
    if (declared->size < sizeof(assay_reason)) return refuse("is shorter than version 1.0's");
    if (declared->evidence_count > ASSAY_MAX_EVIDENCE)
      return refuse("has more than four evidences");
    if (binder.reasons_.size() == kMostReasons)
      return refuse("is one more than the " + std::to_string(kMostReasons) + " there may be");
    core::ReasonInfo info;
    info.code = view(declared->code);
    for (std::uint32_t i = 0; i < declared->evidence_count; ++i) {
      const auto& one = declared->evidence[i];
      if (!known_type(one.type) || one.type >= ASSAY_TEXT)
        return refuse("has evidence without a number");
      info.evidence.push_back({std::string(view(one.name)), std::string(view(one.unit)),
                               static_cast<core::FieldType>(one.type)});
    }
    auto fault = compile_words(*binder.scope_, view(declared->words), info.evidence, info.words);
    if (!fault && declared->audience == ASSAY_FOR_CUSTOMER) {
      fault = compile_words(*binder.scope_, view(declared->customer_words), info.evidence,
                            info.customer_words);
    }
    if (fault) {
      binder.faults_.push_back(*fault);
      return ASSAY_FAILED;
    }
    *number = static_cast<std::uint32_t>(binder.reasons_.size());
    binder.reasons_.push_back(std::move(info));
    return ASSAY_OK;
  }

  static assay_status offered(const assay_binder* table, std::uint32_t index, assay_text* name,
                              std::uint32_t* type) {
    const auto& binder = self(table);
    for (const auto& field : binder.scope_->fields().fields()) {
      if (field.stage > binder.scope_->stage()) continue;
      if (index-- > 0) continue;
      *name = {field.name.data(), field.name.size()};
      *type = static_cast<std::uint32_t>(field.type);
      return ASSAY_OK;
    }
    return ASSAY_END;
  }
};

PluginBinder::PluginBinder(Scope& scope)
    : table_{sizeof(assay_binder), 0, &Calls::field, &Calls::feature, &Calls::reason,
             &Calls::offered},
      scope_(&scope) {}

std::uint32_t PluginBinder::remember(std::string_view name, std::uint32_t type,
                                     std::optional<core::Slot> slot) {
  columns_.push_back(slot);
  column_names_.emplace_back(name);
  column_types_.push_back(static_cast<core::FieldType>(type));
  return static_cast<std::uint32_t>(columns_.size() - 1);
}

Declarations PluginBinder::declarations() const {
  Declarations all;
  all.columns = declared_;
  for (const auto& reason : reasons_) all.reasons.push_back(reason.code);
  for (const auto& field : scope_->fields().fields()) {
    if (field.stage <= scope_->stage()) all.offers.push_back({field.name, field.type});
  }
  return all;
}

std::optional<BindFault> compile_words(Scope& scope, std::string_view text,
                                       const std::vector<core::EvidenceInfo>& evidence,
                                       core::Words& words) {
  constexpr std::string_view kParameter = "parameters.";
  const auto known = [&](std::string_view name) -> std::optional<core::Words::Known> {
    if (name.starts_with(kParameter)) {
      return scope.parameters().words(name.substr(kParameter.size()));
    }
    const auto found = scope.find(name);
    if (!found) return std::nullopt;
    return found->slot;
  };
  const auto unknown = core::Words::parse(text, evidence, known, words);
  if (!unknown) return std::nullopt;
  auto names = scope.names();
  for (const auto& one : evidence) names.push_back(one.name);
  for (const auto& one : scope.parameters().names()) names.push_back(std::string(kParameter) + one);
  return BindFault{
      Code::bad_reason,
      "names {" + unknown->name + "} in a reason, which is neither evidence nor a field",
      {},
      did_you_mean(unknown->name, names),
      unknown->at};
}

}  // namespace assay::host
