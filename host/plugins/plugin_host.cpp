#include "host/plugins/plugin_host.hpp"

#include <assay/plugin.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "core/model/plugin_error.hpp"
#include "core/model/verdict_table.hpp"
#include "host/plugins/config_view.hpp"

namespace assay::host {
namespace {

std::string_view view(assay_text text) { return {text.data, text.size}; }
assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }

// It becomes part of a metric's name.
bool is_counter_name(std::string_view name) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && is_small(name.front()) && std::ranges::all_of(name, [&](char c) {
    return is_small(c) || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

struct PluginHost::Calls {
  static const PluginHost& self(const assay_host* host) {
    return *reinterpret_cast<const PluginHost*>(host);
  }
  // Counters are the one thing a plugin changes; the table itself stays as it is.
  static PluginHost& writable(const assay_host* host) {
    return const_cast<PluginHost&>(self(host));
  }

  static void fail(assay_error* error, std::int32_t code, assay_text message) {
    if (error->failed) return;
    error->failed = true;
    error->code = code;
    error->message = view(message);
  }
  static void locate(assay_error* error, assay_text file, std::uint32_t line,
                     std::uint32_t column) {
    if (error->line != 0) return;
    error->file = view(file);
    error->line = line;
    error->column = column;
  }
  static void advise(assay_error* error, assay_text help) {
    if (error->help.empty()) error->help = view(help);
  }

  static void log(const assay_host* host, std::uint32_t level, assay_text message) {
    const auto& plugin = self(host);
    if (plugin.services_->log) plugin.services_->log(level, plugin.plugin_, view(message));
  }

  static assay_status counter(const assay_host* host, assay_text name, assay_text help,
                              std::uint32_t* number) {
    auto& plugin = writable(host);
    if (!is_counter_name(view(name))) {
      const std::string words = "the counter `" + std::string(view(name)) +
                                "` is refused: a name is lower_snake_case, without prefix";
      log(host, ASSAY_LOG_WARNING, to_c(words));
      return ASSAY_FAILED;
    }
    {
      const std::lock_guard lock(plugin.mutex_);
      for (std::uint32_t i = 0; i < plugin.cells_.size(); ++i) {
        if (plugin.cells_[i].name == view(name)) {
          *number = i;
          return ASSAY_OK;
        }
      }
      auto& cell = plugin.cells_.emplace_back();
      cell.name = view(name);
      cell.help = view(help);
      *number = static_cast<std::uint32_t>(plugin.cells_.size() - 1);
    }
    if (plugin.services_->counter) plugin.services_->counter(view(name), view(help));
    return ASSAY_OK;
  }
  static void add(const assay_host* host, std::uint32_t number, std::uint64_t delta) {
    auto& plugin = writable(host);
    const std::lock_guard lock(plugin.mutex_);
    if (number < plugin.cells_.size()) plugin.cells_[number].value += delta;
  }

  static std::int64_t now(const assay_host*) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  static assay_text config_hash(const assay_host* host) {
    return to_c(ConfigurationAtHand::of(self(host).services_->configuration).hash);
  }
  static assay_text configuration(const assay_host* host) {
    return to_c(ConfigurationAtHand::of(self(host).services_->configuration).json);
  }
  static assay_text engine_version(const assay_host* host) {
    return to_c(self(host).services_->engine_version);
  }

  static const void* get_interface(const assay_host*, const char* id) {
    static constexpr assay_log log_table{sizeof(assay_log), 0, &log};
    static constexpr assay_metrics metrics_table{sizeof(assay_metrics), 0, &counter, &add};
    static constexpr assay_clock clock_table{sizeof(assay_clock), 0, &now};
    static constexpr assay_run run_table{sizeof(assay_run), 0, &config_hash, &configuration,
                                         &engine_version};
    static constexpr assay_explain explain_table{sizeof(assay_explain), 0,
                                                 &core::VerdictTable::explain};
    const std::string_view wanted(id);
    if (wanted == ASSAY_CONFIG_ID) return &config_api();
    if (wanted == ASSAY_LOG_ID) return &log_table;
    if (wanted == ASSAY_METRICS_ID) return &metrics_table;
    if (wanted == ASSAY_CLOCK_ID) return &clock_table;
    if (wanted == ASSAY_RUN_ID) return &run_table;
    if (wanted == ASSAY_EXPLAIN_ID) return &explain_table;
    return nullptr;
  }
};

PluginHost::PluginHost(const HostServices& services, std::string plugin)
    : table_{sizeof(assay_host), ASSAY_ABI_MINOR, &Calls::get_interface,
             &Calls::fail,       &Calls::locate,  &Calls::advise},
      services_(&services),
      plugin_(std::move(plugin)) {}

std::vector<PluginHost::Counter> PluginHost::counters() const {
  const std::lock_guard lock(mutex_);
  std::vector<Counter> all;
  for (const auto& cell : cells_) all.push_back({cell.name, cell.help, cell.value.load()});
  return all;
}

std::size_t PluginHost::read_counters(std::span<std::uint64_t> values) const {
  const std::lock_guard lock(mutex_);
  const auto count = std::min(values.size(), cells_.size());
  for (std::size_t i = 0; i < count; ++i) values[i] = cells_[i].value.load();
  return count;
}

}  // namespace assay::host
