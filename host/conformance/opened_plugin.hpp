// What a check goes by, and the plugin as it finds it: the library mapped into the check's own
// process, its entry read, nothing of it called yet.
//
// Thread: control.
#pragma once

#include <assay/plugin.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/plugin_error.hpp"
#include "host/config/config.hpp"
#include "host/config/node.hpp"
#include "host/conformance/checked_host.hpp"
#include "host/conformance/judgement.hpp"
#include "host/plugin_files/preflight.hpp"

namespace assay::host {

struct Candidate {
  std::string file{};  // as it was named
  std::string copy{};  // what is loaded: what was looked at
  Inspection inspection{};
  PluginKind kind = PluginKind::rule;
  std::optional<Node> settings{};        // nothing: they come out of the plugin's schema
  std::optional<Config> config{};        // of the deployment; nothing: the sample's fields
  std::vector<std::string> libraries{};  // that it may need besides the usual ones
  std::uint64_t seed = 1;
};

class OpenedPlugin final {
 public:
  // Throws Broken where it cannot be loaded.
  explicit OpenedPlugin(const Candidate& candidate);

  [[nodiscard]] const assay_entry& entry() const { return *entry_; }
  // Throws Broken where the plugin does not offer it, or shorter than version 1.0's.
  template <class Table>
  [[nodiscard]] const Table& interface(const char* id) const {
    const auto* table = optional_interface<Table>(id);
    if (!table) {
      throw Broken{std::string("offers no `") + id + "`",
                   "answer its table from `get_interface` of the entry"};
    }
    return *table;
  }
  template <class Table>
  [[nodiscard]] const Table* optional_interface(const char* id) const {
    const auto* table = static_cast<const Table*>(entry_->get_interface(id));
    if (table && table->size < sizeof(Table)) {
      throw Broken{std::string("the table of `") + id + "` is " + std::to_string(table->size) +
                       " bytes, version 1.0's is " + std::to_string(sizeof(Table)),
                   "its first member is `sizeof` the table"};
    }
    return table;
  }

  // Calls init, once. Throws Broken where it fails.
  void init(PluginKind kind) const;
  void deinit() const;

 private:
  const assay_entry* entry_ = nullptr;
};

}  // namespace assay::host
