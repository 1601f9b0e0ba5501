// What one loaded plugin sees of the host: the table it was given and the services behind it.
//
// The host knows by the table's address who is speaking. Logs carry the plugin's name, counters its
// prefix. The services that are the same for all plugins stand in `HostServices`.
//
// Thread: any.
#pragma once

#include <assay/host.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/configuration_at_hand.hpp"

namespace assay::host {

struct HostServices {
  ConfigurationInForce configuration{};
  std::string engine_version{};
  // Level as in host.h, plugin, message.
  std::function<void(std::uint32_t, std::string_view, std::string_view)> log{};
  // Name and help of a counter that a plugin declares; where counters are shown by another process.
  std::function<void(std::string_view, std::string_view)> counter{};
};

class PluginHost final {
 public:
  // The services must outlive it.
  PluginHost(const HostServices& services, std::string plugin);
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  [[nodiscard]] const assay_host* table() const { return &table_; }
  [[nodiscard]] const std::string& plugin() const { return plugin_; }

  struct Counter {
    std::string name;
    std::string help;
    std::uint64_t value;
  };
  [[nodiscard]] std::vector<Counter> counters() const;
  // The values alone, by number, as many as there is room for; answers how many.
  std::size_t read_counters(std::span<std::uint64_t> values) const;

 private:
  struct Calls;  // the functions of the tables
  struct Cell {
    std::string name;
    std::string help;
    std::atomic<std::uint64_t> value = 0;
  };

  assay_host table_;  // first: its address is ours
  const HostServices* services_;
  std::string plugin_;
  mutable std::mutex mutex_;
  std::deque<Cell> cells_;
};

}  // namespace assay::host
