// A plugin whose code never runs in the engine's process: its file, and what it says of itself.
//
// A process of its own loads the library once and is asked who it is, then ends. What it answers
// stands for the plugin from then on.
//
// Thread: control makes it; afterwards it is anybody's.
#pragma once

#include <assay/plugin.h>

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "host/config/config.hpp"
#include "host/plugins/plugin_fault.hpp"
#include "host/plugins/plugin_host.hpp"

namespace assay::host {

class Dialogue;

class IsolatedLibrary final {
 public:
  // Of the copy at `copy`; people hear of `file`. The services must outlive it.
  [[nodiscard]] static tl::expected<std::unique_ptr<IsolatedLibrary>, PluginFault> survey(
      const std::string& copy, const std::string& file, const HostServices& services,
      const ProcessConfig& limits);
  ~IsolatedLibrary();
  IsolatedLibrary(const IsolatedLibrary&) = delete;
  IsolatedLibrary& operator=(const IsolatedLibrary&) = delete;

  // Id and version, and nothing to call.
  [[nodiscard]] const assay_entry& entry() const { return entry_; }
  // Null where it is no rule. create_shared and describe are not the table's business.
  [[nodiscard]] const assay_rule_api* rule() const { return facts_.is_rule ? &rule_ : nullptr; }
  // The JSON Schema of its parameters.
  [[nodiscard]] const std::string& description() const { return facts_.description; }

  [[nodiscard]] const std::string& file() const { return file_; }
  // Open as long as this lives; the copy's name may be gone.
  [[nodiscard]] int library() const { return library_; }
  [[nodiscard]] const HostServices& services() const { return *services_; }
  [[nodiscard]] const ProcessConfig& limits() const { return limits_; }

  // Lets a new process load it, which must say what the first one said. The fault says what went
  // wrong.
  [[nodiscard]] tl::expected<void, PluginFault> load_in(Dialogue& dialogue) const;

 private:
  struct Facts {
    std::string id{};
    std::string version{};
    bool is_rule = false;
    std::uint32_t flags = 0;
    std::uint64_t state_version = 0;
    bool ticks = false;
    std::string description{};
    friend bool operator==(const Facts&, const Facts&) = default;
  };

  IsolatedLibrary(int library, std::string file, const HostServices& services,
                  const ProcessConfig& limits)
      : library_(library), file_(std::move(file)), services_(&services), limits_(limits) {}
  [[nodiscard]] tl::expected<Facts, PluginFault> ask(Dialogue& dialogue) const;

  int library_;
  std::string file_;
  const HostServices* services_;
  ProcessConfig limits_;
  Facts facts_;
  assay_entry entry_{};
  assay_rule_api rule_{};
};

}  // namespace assay::host
