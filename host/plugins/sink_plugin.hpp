// A configured sink, loaded: one instance of a plugin, bound to the kinds of records it takes.
//
// Everything that can be wrong with it is a diagnostic at the sink's place in the configuration.
// With `parallel: by_partition` there are several of them, alike.
//
// Thread: control; the data-plane calls belong to the sink's own thread.
#pragma once

#include <assay/outbox.h>
#include <assay/sink.h>
#include <assay/transactional.h>

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "host/config/config.hpp"
#include "host/names/scope.hpp"
#include "host/plugins/config_view.hpp"
#include "host/plugins/plugin_door.hpp"
#include "host/plugins/plugin_library.hpp"
#include "host/plugins/settings_renewal.hpp"

namespace assay::host {

class SinkPlugin final {
 public:
  // Loads the plugin and creates an instance; its settings were judged by its schema before. Null
  // when refused.
  [[nodiscard]] static std::unique_ptr<SinkPlugin> load(const SinkConfig& config,
                                                        PluginLoader& loader,
                                                        Diagnostics& diagnostics);
  // The same of a plugin that is loaded already.
  [[nodiscard]] static std::unique_ptr<SinkPlugin> make(const SinkConfig& config,
                                                        std::shared_ptr<const Plugin> plugin,
                                                        Diagnostics& diagnostics);
  ~SinkPlugin();
  SinkPlugin(const SinkPlugin&) = delete;
  SinkPlugin& operator=(const SinkPlugin&) = delete;

  using Columns = std::vector<std::optional<core::Slot>>;
  enum class Binding { bound, not_wanted, refused };
  // Offers a kind of record.
  [[nodiscard]] Binding bind(std::uint32_t kind, Scope& scope, Diagnostics& diagnostics);
  [[nodiscard]] bool takes(std::uint32_t kind) const { return columns_.count(kind) > 0; }
  // Of a kind that was bound: the columns in the order of declaration, and behind them where a
  // record stood in the log, which a dead letter names though the sink may not ask.
  [[nodiscard]] const Columns& columns(std::uint32_t kind) const { return columns_.at(kind); }
  // The names of those columns, for dead letters.
  [[nodiscard]] const std::vector<std::string>& column_names(std::uint32_t kind) const {
    return column_names_.at(kind);
  }
  [[nodiscard]] const std::vector<core::FieldType>& column_types(std::uint32_t kind) const {
    return column_types_.at(kind);
  }

  [[nodiscard]] const SinkConfig& config() const { return *config_; }
  [[nodiscard]] const Plugin& plugin() const { return *plugin_; }
  [[nodiscard]] const assay_sink_api& api() const { return *api_; }
  // Null for a sink that keeps no cursors.
  [[nodiscard]] const assay_transactional_api* transactional() const { return transactional_; }
  // Null for a sink that keeps no outbox.
  [[nodiscard]] const assay_outbox_api* outbox() const { return outbox_; }
  [[nodiscard]] assay_sink* sink() const { return sink_; }
  // Lets go of the call that it is in, on whichever thread; nothing where the plugin cannot.
  void interrupt() const {
    if (api_->interrupt) enter_plugin(whom(), [&] { api_->interrupt(sink_); });
  }
  // As messages name it; for PluginCall.
  [[nodiscard]] const char* whom() const { return whom_.c_str(); }

  // Reads the secrets of its settings again. True where the instance has taken others than it had.
  // On the sink's thread, between two calls.
  [[nodiscard]] bool renew() const { return renewal_->look(sink_); }

 private:
  SinkPlugin(const SinkConfig& config, std::shared_ptr<const Plugin> plugin,
             const assay_sink_api& api);

  const SinkConfig* config_;
  std::shared_ptr<const Plugin> plugin_;
  const assay_sink_api* api_;
  const assay_transactional_api* transactional_ = nullptr;
  const assay_outbox_api* outbox_ = nullptr;
  std::unique_ptr<assay_config> settings_;
  std::string whom_;
  assay_sink* sink_ = nullptr;
  std::unique_ptr<SettingsRenewal> renewal_;
  std::map<std::uint32_t, Columns> columns_;
  std::map<std::uint32_t, std::vector<std::string>> column_names_;
  std::map<std::uint32_t, std::vector<core::FieldType>> column_types_;
};

}  // namespace assay::host
