#include "host/conformance/open_binder.hpp"

#include <assay/types.h>

#include <optional>
#include <string_view>

#include "core/decode/schema.hpp"
#include "host/application/fields.hpp"
#include "host/conformance/call_watch.hpp"

namespace assay::host {
namespace {

std::string_view view(assay_text text) { return {text.data, text.size}; }

bool known_type(std::uint32_t type) { return type >= ASSAY_INT64 && type <= ASSAY_TOKEN; }

void object_to_type(std::string_view name, std::uint32_t type) {
  call_watch().object("declares `" + std::string(name) + "` with type " + std::to_string(type) +
                          ", which does not exist",
                      "types are ASSAY_INT64 to ASSAY_TOKEN");
}

bool is_code(std::string_view code) {
  return !code.empty() &&
         code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// The fields of a deployment that has configured none.
const std::vector<FieldCatalogue::Field>& sample_fields() {
  static const auto fields = [] {
    Diagnostics none;
    const auto schema = transaction_schema(Config{}, none);
    return schema ? decision_fields(*schema, nullptr) : std::vector<FieldCatalogue::Field>{};
  }();
  return fields;
}

}  // namespace

struct OpenBinder::Calls {
  static OpenBinder& self(const assay_binder* binder) {
    return *const_cast<OpenBinder*>(reinterpret_cast<const OpenBinder*>(binder));
  }

  static bool binds(const char* function) {
    return call_watch().called(function, {PluginFunction::bind});
  }

  static std::uint32_t add(const assay_binder* binder, DeclaredColumn column) {
    auto& columns = self(binder).declared_.columns;
    columns.push_back(std::move(column));
    return static_cast<std::uint32_t>(columns.size() - 1);
  }

  static assay_status field(const assay_binder* binder, assay_text name, std::uint32_t type,
                            std::uint32_t flags, std::uint32_t* column) {
    if (!binds("field of the binder")) return ASSAY_FAILED;
    if (!known_type(type)) {
      object_to_type(view(name), type);
      return ASSAY_FAILED;
    }
    *column = add(binder, {std::string(view(name)), type, DeclaredColumn::Origin::field,
                           (flags & ASSAY_OPTIONAL) != 0});
    return ASSAY_OK;
  }

  static assay_status feature(const assay_binder* binder, assay_text text, std::uint32_t type,
                              std::uint32_t flags, std::uint32_t* column, std::uint32_t* coverage) {
    if (!binds("feature of the binder")) return ASSAY_FAILED;
    if (!known_type(type)) {
      object_to_type(view(text), type);
      return ASSAY_FAILED;
    }
    const std::string name(view(text));
    *column = add(binder, {name, type, DeclaredColumn::Origin::feature, false});
    if ((flags & ASSAY_NO_COVERAGE) == 0) {
      *coverage = add(binder, {name, ASSAY_DURATION, DeclaredColumn::Origin::coverage, false});
    }
    return ASSAY_OK;
  }

  static assay_status reason(const assay_binder* binder, const assay_reason* reason,
                             std::uint32_t* number) {
    if (!binds("reason of the binder")) return ASSAY_FAILED;
    auto& reasons = self(binder).declared_.reasons;
    DeclaredReason declared{std::string(view(reason->code)), {}};
    if (!is_code(declared.code)) {
      call_watch().object("declares a reason `" + declared.code + "`",
                          "a reason's code is lower_snake_case: it is stored and configured by");
    }
    if (reason->size < sizeof(assay_reason) || reason->evidence_count > ASSAY_MAX_EVIDENCE) {
      call_watch().object("declares the reason `" + declared.code + "` with " +
                              std::to_string(reason->evidence_count) + " pieces of evidence, in " +
                              std::to_string(reason->size) + " bytes",
                          "a reason has at most four, and begins with `sizeof(assay_reason)`");
      return ASSAY_FAILED;
    }
    for (std::uint32_t i = 0; i < reason->evidence_count; ++i) {
      declared.evidence.emplace_back(view(reason->evidence[i].name));
    }
    reasons.push_back(std::move(declared));
    *number = static_cast<std::uint32_t>(reasons.size() - 1);
    return ASSAY_OK;
  }

  static assay_status offered(const assay_binder* binder, std::uint32_t index, assay_text* name,
                              std::uint32_t* type) {
    (void)binder;
    if (!binds("offered of the binder")) return ASSAY_END;
    for (const auto& one : sample_fields()) {
      if (one.stage != FieldCatalogue::Stage::before_rules || index-- > 0) continue;
      *name = {one.name.data(), one.name.size()};
      *type = static_cast<std::uint32_t>(one.type);
      return ASSAY_OK;
    }
    return ASSAY_END;
  }
};

OpenBinder::OpenBinder()
    : table_{sizeof(assay_binder), 0, &Calls::field, &Calls::feature, &Calls::reason,
             &Calls::offered} {}

}  // namespace assay::host
