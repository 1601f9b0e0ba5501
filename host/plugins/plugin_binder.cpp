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

}  // namespace

struct PluginBinder::Calls {
  static PluginBinder& self(const assay_binder* binder) {
    return *const_cast<PluginBinder*>(reinterpret_cast<const PluginBinder*>(binder));
  }

  static assay_status field(const assay_binder* table, assay_text name, std::uint32_t type,
                            std::uint32_t flags, std::uint32_t* column) {
    auto& binder = self(table);
    const auto* found = binder.catalogue_->find(view(name), binder.stage_);
    *column = static_cast<std::uint32_t>(binder.columns_.size());
    if (!found) {
      if ((flags & ASSAY_OPTIONAL) != 0) {
        binder.remember(view(name), type, std::nullopt);
        return ASSAY_OK;
      }
      const auto names = binder.catalogue_->names(binder.stage_);
      std::string all;
      for (const auto& one : names) all += (all.empty() ? "" : ", ") + one;
      binder.faults_.push_back({Code::unknown_field,
                                "wants a field " + quoted(view(name)) + " that the schema lacks",
                                "fields: " + all, did_you_mean(view(name), names)});
      return ASSAY_FAILED;
    }
    if (static_cast<std::uint32_t>(found->type) != type) {
      const auto wanted = known_type(type)
                              ? std::string(to_string(static_cast<core::FieldType>(type)))
                              : "type " + std::to_string(type);
      binder.faults_.push_back({Code::field_type_differs,
                                "wants the field " + quoted(view(name)) + " as " + wanted +
                                    ", it is " + std::string(to_string(found->type)),
                                {},
                                "declare the field as " + wanted + " in `schema.fields`"});
      return ASSAY_FAILED;
    }
    binder.remember(view(name), type, binder.catalogue_->slot(*found));
    return ASSAY_OK;
  }

  static assay_status feature(const assay_binder* table, assay_text text, std::uint32_t,
                              std::uint32_t, std::uint32_t*, std::uint32_t*) {
    self(table).faults_.push_back({Code::later_release,
                                   "wants the feature " + quoted(view(text)),
                                   "features come with a later release",
                                   {}});
    return ASSAY_UNSUPPORTED;
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
    auto fault = compile_words(*binder.catalogue_, binder.stage_, view(declared->words),
                               info.evidence, info.words);
    if (!fault && declared->audience == ASSAY_FOR_CUSTOMER) {
      fault = compile_words(*binder.catalogue_, binder.stage_, view(declared->customer_words),
                            info.evidence, info.customer_words);
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
    for (const auto& field : binder.catalogue_->fields()) {
      if (field.stage > binder.stage_) continue;
      if (index-- > 0) continue;
      *name = {field.name.data(), field.name.size()};
      *type = static_cast<std::uint32_t>(field.type);
      return ASSAY_OK;
    }
    return ASSAY_END;
  }
};

PluginBinder::PluginBinder(FieldCatalogue& catalogue, FieldCatalogue::Stage stage)
    : table_{sizeof(assay_binder), 0, &Calls::field, &Calls::feature, &Calls::reason,
             &Calls::offered},
      catalogue_(&catalogue),
      stage_(stage) {}

void PluginBinder::remember(std::string_view name, std::uint32_t type,
                            std::optional<core::Slot> slot) {
  columns_.push_back(slot);
  column_names_.emplace_back(name);
  column_types_.push_back(static_cast<core::FieldType>(type));
}

std::optional<BindFault> compile_words(FieldCatalogue& catalogue, FieldCatalogue::Stage stage,
                                       std::string_view text,
                                       const std::vector<core::EvidenceInfo>& evidence,
                                       core::Words& words) {
  const auto find_field = [&](std::string_view name) -> std::optional<core::Slot> {
    const auto* field = catalogue.find(name, stage);
    if (!field) return std::nullopt;
    return catalogue.slot(*field);
  };
  const auto unknown = core::Words::parse(text, evidence, find_field, words);
  if (!unknown) return std::nullopt;
  auto names = catalogue.names(stage);
  for (const auto& one : evidence) names.push_back(one.name);
  return BindFault{
      Code::bad_reason,
      "names {" + unknown->name + "} in a reason, which is neither evidence nor a field",
      {},
      did_you_mean(unknown->name, names)};
}

}  // namespace assay::host
