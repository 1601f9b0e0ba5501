// Shared libraries that hold plugins: found, copied, judged, loaded once, checked before anything
// is called.
//
// A file is copied while it is hashed, the copy is compared with its pin and looked at
// (plugin_files/), and that copy is loaded with Boost.DLL, all symbols bound at once and none
// shared. It stays mapped until the process ends: code that may still be referenced is never
// unloaded, it is retired.
//
// Thread: control loads; afterwards whatever is const is anybody's.
#pragma once

#include <assay/plugin.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/plugin_files/plugin_note.hpp"
#include "host/plugin_files/private_copy.hpp"
#include "host/plugins/plugin_door.hpp"
#include "host/plugins/plugin_fault.hpp"
#include "host/plugins/plugin_host.hpp"
#include "host/plugins/plugin_shelf.hpp"

namespace assay::host {

class IsolatedLibrary;

// One loaded plugin. `deinit` is called when the last user is gone.
class Plugin final {
 public:
  Plugin(const assay_entry& entry, std::string path, const HostServices& services);
  // One whose code runs in processes of its own.
  Plugin(std::unique_ptr<const IsolatedLibrary> isolated, std::string path,
         const HostServices& services);
  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  // Of its file, in hexadecimal.
  [[nodiscard]] const std::string& sha256() const { return sha256_; }
  [[nodiscard]] std::string id() const { return entry_->id; }
  [[nodiscard]] std::string version() const { return entry_->version ? entry_->version : "0"; }
  // "velocity 1.2.0", as decisions, the log and the status name it.
  [[nodiscard]] std::string name() const { return id() + " " + version(); }
  [[nodiscard]] const PluginHost& host() const { return host_; }

  // Null for one whose code runs in this process.
  [[nodiscard]] const IsolatedLibrary* isolated() const { return isolated_.get(); }
  // The JSON Schema of a rule's parameters; null where it is no rule, or describes nothing.
  [[nodiscard]] const char* rule_schema() const;
  // Null where it is no rule.
  [[nodiscard]] const assay_rule_api* rule() const;

  // The plugin's table of that interface, or null. Of one whose code runs in this process.
  template <class Table>
  [[nodiscard]] const Table* interface(const char* interface_id) const {
    if (isolated_) return nullptr;
    const core::PluginCall mark(thread_door(), path_.c_str());
    return static_cast<const Table*>(entry_->get_interface(interface_id));
  }

 private:
  friend class PluginLoader;
  std::unique_ptr<const IsolatedLibrary> isolated_;
  const assay_entry* entry_;
  std::string path_;
  std::string sha256_;
  PluginHost host_;
  bool initialised_ = false;
};

class PluginLoader final {
 public:
  struct Options {
    std::vector<std::string> folders{};         // searched in this order for NAME.so
    std::int64_t max_size = 64 << 20;           // bytes of a file
    std::map<std::string, std::string> pins{};  // SHA-256 in hexadecimal, by the name asked for
    bool require_pins = false;
    std::vector<std::string> libraries{};  // that a plugin may need besides the usual ones
    std::string cache{};                   // folder of the copies; empty: default_cache_folder()
    ProcessConfig process{};               // of those that run in processes of their own
    std::size_t max_retired = 200;         // of the shelf; no new library is mapped beyond
  };
  // The services must outlive the loader and all plugins. What `shelf` has is taken from it, and
  // what is loaded is put there; the plugins live as long as it does.
  PluginLoader(const HostServices& services, Options options,
               std::shared_ptr<PluginShelf> shelf = std::make_shared<PluginShelf>());

  // `name` is a plugin's name (searched for in the folders) or a path that holds a slash. With
  // `Isolation::process` nothing of its code is executed in this process.
  [[nodiscard]] tl::expected<std::shared_ptr<const Plugin>, PluginFault> load(
      const std::string& name, Isolation isolation = Isolation::in_process);
  // Everything loaded so far.
  [[nodiscard]] std::vector<std::shared_ptr<const Plugin>> loaded() const;
  // Asked for by that name; null where it was not.
  [[nodiscard]] const Plugin* known(const std::string& name) const;

 private:
  using Loaded = std::shared_ptr<const Plugin>;

  // A copy that is pinned, where pins are wanted.
  [[nodiscard]] tl::expected<PrivateCopy, PluginFault> copy_of(const std::string& name,
                                                               const std::string& path) const;
  [[nodiscard]] tl::expected<Loaded, PluginFault> load_file(const std::string& name,
                                                            const std::string& path);
  [[nodiscard]] tl::expected<Loaded, PluginFault> isolate_file(const std::string& name,
                                                               const std::string& path) const;
  [[nodiscard]] tl::expected<Loaded, PluginFault> meet(const assay_entry& entry,
                                                       const PrivateCopy& copy,
                                                       const std::string& path,
                                                       const std::optional<PluginNote>& note) const;
  [[nodiscard]] std::optional<PluginFault> pin_fault(const std::string& name,
                                                     const std::string& path,
                                                     const std::string& sha256) const;
  [[nodiscard]] tl::expected<Loaded, PluginFault> start(const assay_entry& entry,
                                                        const std::string& path,
                                                        const std::string& sha256) const;

  const HostServices* services_;
  Options options_;
  std::shared_ptr<PluginShelf> shelf_;
  std::size_t mapped_ = 0;  // by this one, which are no more to be retired than those in force
  std::map<std::string, Loaded> by_name_;    // as they were asked for
  std::map<std::string, Loaded> by_digest_;  // two names of one content are one plugin
  std::map<std::string, Loaded> isolated_;   // as they were asked for
};

// Those that a configuration asks for.
[[nodiscard]] PluginLoader::Options loader_options(const PluginsConfig& config);

}  // namespace assay::host
