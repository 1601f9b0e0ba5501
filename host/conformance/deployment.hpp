// The names that a deployment offers, for binding a plugin as the engine binds it: those of a
// configuration where one was given, else the sample's fields.
//
// Thread: control, in the process of a check.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/decode/schema.hpp"
#include "core/features/feature_plan.hpp"
#include "core/model/layout.hpp"
#include "host/conformance/judgement.hpp"
#include "host/conformance/opened_plugin.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/names/feature_catalogue.hpp"
#include "host/names/field_catalogue.hpp"
#include "host/names/scope.hpp"
#include "host/plugins/plugin_library.hpp"

namespace assay::host {

class Deployment final {
 public:
  // Throws Broken where the configuration's fields are at fault. The candidate must outlive it.
  explicit Deployment(const Candidate& candidate);
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;

  [[nodiscard]] PluginLoader& loader() { return loader_; }
  [[nodiscard]] Diagnostics& diagnostics() { return diagnostics_; }
  // For one plugin that reads such records.
  [[nodiscard]] Scope scope(std::uint32_t kind, Scope::Stage stage);
  [[nodiscard]] bool has_holders() const { return holders_ != nullptr; }

  // The first of what is wrong. A field that only the sample lacks is no fault of the plugin's: the
  // check is skipped then. Throws Broken otherwise.
  [[nodiscard]] Judgement refusal() const;

 private:
  const Candidate* candidate_;
  Config config_;
  Diagnostics diagnostics_;
  HostServices services_{};
  PluginLoader loader_;
  core::Layout layout_;
  core::Layout holder_layout_;
  std::unique_ptr<FieldCatalogue> decisions_;
  std::unique_ptr<FieldCatalogue> holders_;
  std::unique_ptr<core::FeaturePlan> plan_;
  std::unique_ptr<FeatureCatalogue> features_;
};

}  // namespace assay::host
