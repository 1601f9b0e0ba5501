// The host's side of bind(): takes a plugin's declarations and remembers what is wrong with them.
//
// A fault names the field or the feature and the nearest one there is; who asked for it is known to
// the caller, who turns faults into diagnostics at the rule's or sink's place in the configuration.
//
// Thread: control.
#pragma once

#include <assay/binder.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/rule_info.hpp"
#include "host/diagnostics/codes.hpp"
#include "host/names/scope.hpp"
#include "host/plugins/repeated_binder.hpp"

namespace assay::host {

struct BindFault {
  Code code;
  std::string message;
  std::string note;
  std::string help;
  std::optional<std::size_t> at{};  // offset in the text that is at fault, where that is one
};

class PluginBinder final {
 public:
  // The scope must outlive the binder.
  explicit PluginBinder(Scope& scope);
  PluginBinder(const PluginBinder&) = delete;
  PluginBinder& operator=(const PluginBinder&) = delete;

  [[nodiscard]] const assay_binder* table() const { return &table_; }

  // In the order of declaration, a feature's coverage behind its value; nothing for an optional
  // field that does not exist.
  [[nodiscard]] const std::vector<std::optional<core::Slot>>& columns() const { return columns_; }
  // Beside each column.
  [[nodiscard]] const std::vector<std::string>& column_names() const { return column_names_; }
  [[nodiscard]] const std::vector<core::FieldType>& column_types() const { return column_types_; }
  // Numbers of the features that were bound.
  [[nodiscard]] const std::vector<std::uint32_t>& features() const { return features_; }
  [[nodiscard]] std::vector<core::ReasonInfo>& reasons() { return reasons_; }
  [[nodiscard]] const std::vector<BindFault>& faults() const { return faults_; }
  // All of it, for further instances of the same rule.
  [[nodiscard]] Declarations declarations() const;

 private:
  struct Calls;
  std::uint32_t remember(std::string_view name, std::uint32_t type, std::optional<core::Slot> slot);

  assay_binder table_;  // first: its address is ours
  Scope* scope_;
  std::vector<std::optional<core::Slot>> columns_;
  std::vector<std::string> column_names_;
  std::vector<core::FieldType> column_types_;
  std::vector<std::uint32_t> features_;
  std::vector<Declarations::Column> declared_;
  std::vector<core::ReasonInfo> reasons_;
  std::vector<BindFault> faults_;
};

// Compiles a reason's words; the fault names the unknown placeholder.
[[nodiscard]] std::optional<BindFault> compile_words(
    Scope& scope, std::string_view text, const std::vector<core::EvidenceInfo>& evidence,
    core::Words& words);

}  // namespace assay::host
