#include "host/plugins/sink_plugin.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "host/plugins/plugin_binder.hpp"
#include "host/plugins/plugin_door.hpp"
#include "host/plugins/plugin_faults.hpp"

namespace assay::host {
namespace {

std::string who(const SinkConfig& config) { return "sink `" + config.id + "`"; }

// What a dead letter says of a record, behind the columns that the sink asked for.
void add_identity(const PluginBinder& binder) {
  const auto add = [&](std::string_view name, std::uint32_t type) {
    const auto& names = binder.column_names();
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    std::uint32_t column = 0;
    (void)binder.table()->field(binder.table(), {name.data(), name.size()}, type, ASSAY_OPTIONAL,
                                &column);
  };
  add("record_offset", ASSAY_INT64);
  add("record_time", ASSAY_TIME);
}

const char* missing_function(const assay_sink_api& api) {
  if (api.size < sizeof(assay_sink_api)) return "a whole table of version 1.0";
  if (!api.describe) return "describe";
  if (!api.create) return "create";
  if (!api.destroy) return "destroy";
  if (!api.bind) return "bind";
  if (!api.write) return "write";
  if (!api.health) return "health";
  return nullptr;
}

const char* missing_function(const assay_transactional_api& api) {
  if (api.size < sizeof(assay_transactional_api)) return "a whole transactional table";
  if (!api.claim || !api.begin || !api.commit || !api.abort || !api.position) {
    return "one of claim, begin, commit, abort and position";
  }
  return nullptr;
}

const char* missing_function(const assay_outbox_api& api) {
  if (api.size < sizeof(assay_outbox_api)) return "a whole table of an outbox";
  if (!api.store || !api.take || !api.settle || !api.forget || !api.count || !api.list ||
      !api.retry || !api.drop) {
    return "one of an outbox's functions: store, take, settle, forget, count, list, retry, drop";
  }
  return nullptr;
}

const char* missing_function(const assay_renewal_api& api) {
  return api.size < sizeof(assay_renewal_api) || !api.renew ? "renew" : nullptr;
}

}  // namespace

SinkPlugin::SinkPlugin(const SinkConfig& config, std::shared_ptr<const Plugin> plugin,
                       const assay_sink_api& api)
    : config_(&config),
      plugin_(std::move(plugin)),
      api_(&api),
      transactional_(plugin_->interface<assay_transactional_api>(ASSAY_TRANSACTIONAL_ID)),
      outbox_(plugin_->interface<assay_outbox_api>(ASSAY_OUTBOX_ID)),
      settings_(std::make_unique<assay_config>(assay_config{config.config, {}})),
      whom_("sink `" + config.id + "`, plugin " + plugin_->id() + " " + plugin_->version()) {}

SinkPlugin::~SinkPlugin() {
  if (sink_) enter_plugin(whom(), [&] { api_->destroy(sink_); });
}

std::unique_ptr<SinkPlugin> SinkPlugin::load(const SinkConfig& config, PluginLoader& loader,
                                             Diagnostics& diagnostics) {
  auto plugin = loader.load(config.use);
  if (!plugin) {
    add(diagnostics, who(config), config.use_span, plugin.error());
    return nullptr;
  }
  return make(config, std::move(*plugin), diagnostics);
}

std::unique_ptr<SinkPlugin> SinkPlugin::make(const SinkConfig& config,
                                             std::shared_ptr<const Plugin> plugin,
                                             Diagnostics& diagnostics) {
  const auto refuse = [&](const PluginFault& fault) {
    add(diagnostics, who(config), config.use_span, fault);
    return nullptr;
  };
  const auto* api = plugin->interface<assay_sink_api>(ASSAY_SINK_ID);
  if (!api) {
    return refuse({Code::wrong_plugin_kind, "`" + config.use + "` is not a sink plugin", {}, {}});
  }
  const auto* missing = missing_function(*api);
  auto sink = std::unique_ptr<SinkPlugin>(new SinkPlugin(config, std::move(plugin), *api));
  if (!missing && sink->transactional_) missing = missing_function(*sink->transactional_);
  if (!missing && sink->outbox_) missing = missing_function(*sink->outbox_);
  const auto* renewal = sink->plugin().interface<assay_renewal_api>(ASSAY_RENEWAL_ID);
  if (!missing && renewal) missing = missing_function(*renewal);
  if (missing) {
    return refuse({Code::plugin_refused, "`" + config.use + "` lacks " + missing, {}, {}});
  }

  assay_error error;
  const auto made = enter_plugin(sink->whom(), error, [&] {
    return api->create(sink->plugin().host().table(), sink->settings_.get(), &sink->sink_, &error);
  });
  if (made != ASSAY_OK) {
    add(diagnostics, who(config), config.use_span, error);
    return nullptr;
  }
  sink->renewal_ = std::make_unique<SettingsRenewal>(config, *api, renewal, sink->whom());
  return sink;
}

SinkPlugin::Binding SinkPlugin::bind(std::uint32_t kind, Scope& scope, Diagnostics& diagnostics) {
  PluginBinder binder(scope);
  assay_error error;
  const auto status =
      enter_plugin(whom(), error, [&] { return api_->bind(sink_, kind, binder.table(), &error); });
  for (const auto& fault : binder.faults()) {
    add(diagnostics, who(*config_), config_->use_span, fault);
  }
  if (!binder.faults().empty()) return Binding::refused;
  if (status == ASSAY_NOT_WANTED) return Binding::not_wanted;
  if (status != ASSAY_OK) {
    add(diagnostics, who(*config_), config_->use_span, error);
    return Binding::refused;
  }
  add_identity(binder);
  columns_[kind] = binder.columns();
  column_names_[kind] = binder.column_names();
  column_types_[kind] = binder.column_types();
  return Binding::bound;
}

}  // namespace assay::host
