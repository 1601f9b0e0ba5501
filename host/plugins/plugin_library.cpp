#include "host/plugins/plugin_library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <dlfcn.h>

#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <string_view>
#include <utility>

#include "core/model/plugin_error.hpp"
#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

namespace fs = std::filesystem;

// The size of version 1.0's entry; a plugin that brings less was not built with our headers.
constexpr std::uint32_t kEntrySize = sizeof(assay_entry);

// Libraries that were loaded. Never destroyed: nothing that still runs may lose its code.
std::vector<boost::dll::shared_library>& retired() {
  static auto* libraries = new std::vector<boost::dll::shared_library>;
  return *libraries;
}

PluginFault refused(const std::string& path, const std::string& why, std::string help = {}) {
  return {Code::plugin_refused, "`" + path + "` " + why, {}, std::move(help)};
}

std::vector<std::string> names_in(const std::vector<std::string>& folders) {
  std::vector<std::string> names;
  for (const auto& folder : folders) {
    std::error_code ignored;
    for (const auto& file : fs::directory_iterator(folder, ignored)) {
      if (file.path().extension() == ".so") names.push_back(file.path().stem());
    }
  }
  return names;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

// A library that is known by two names is one plugin: it would be initialised twice.
std::string one_name(const fs::path& path) {
  std::error_code failure;
  const auto canonical = fs::canonical(path, failure);
  return (failure ? fs::absolute(path).lexically_normal() : canonical).string();
}

// Boost.DLL calls every failure a bad file descriptor; the linker knows better.
std::string why_not(const std::string& path, const boost::dll::fs::error_code& failure) {
  const char* told = dlerror();
  std::string why = told ? told : failure.message();
  const auto prefix = path + ": ";
  return why.rfind(prefix, 0) == 0 ? why.substr(prefix.size()) : why;
}

tl::expected<const assay_entry*, PluginFault> entry_of(const std::string& path) {
  boost::dll::fs::error_code failure;
  boost::dll::shared_library library;
  library.load(path, failure, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  if (failure) {
    return tl::make_unexpected(refused(path, "cannot be loaded: " + why_not(path, failure)));
  }
  if (!library.has(ASSAY_ENTRY_SYMBOL)) {
    return tl::make_unexpected(
        refused(path, "is not a plugin: it does not export `" ASSAY_ENTRY_SYMBOL "`",
                "end the plugin's source with ASSAY_RULE(...) or "
                "ASSAY_SINK(...), and export that symbol"));
  }
  const auto* entry = &library.get<const assay_entry>(ASSAY_ENTRY_SYMBOL);
  retired().push_back(std::move(library));
  return entry;
}

}  // namespace

Plugin::Plugin(const assay_entry& entry, std::string path, const HostServices& services)
    : entry_(&entry), path_(std::move(path)), host_(services, entry.id) {}

Plugin::~Plugin() {
  if (initialised_ && entry_->deinit) entry_->deinit();
}

PluginLoader::PluginLoader(const HostServices& services, Options options)
    : services_(&services), options_(std::move(options)) {}

tl::expected<std::string, PluginFault> PluginLoader::find(const std::string& name) const {
  std::error_code ignored;
  if (name.find('/') != name.npos) {
    if (fs::is_regular_file(name, ignored)) return one_name(name);
    if (fs::exists(name, ignored)) {
      return tl::make_unexpected(refused(name, "cannot be loaded: it is not a regular file"));
    }
    return tl::make_unexpected(
        PluginFault{Code::plugin_not_found, "there is no plugin file `" + name + "`", {}, {}});
  }
  for (const auto& folder : options_.folders) {
    const auto path = fs::path(folder) / (name + ".so");
    if (fs::is_regular_file(path, ignored)) return one_name(path);
  }
  return tl::make_unexpected(
      PluginFault{Code::plugin_not_found, "there is no plugin `" + name + "`",
                  "looked for " + name + ".so in " +
                      (options_.folders.empty() ? "no folder" : joined(options_.folders)),
                  did_you_mean(name, names_in(options_.folders))});
}

tl::expected<std::shared_ptr<const Plugin>, PluginFault> PluginLoader::load(
    const std::string& name) {
  const auto path = find(name);
  if (!path) return tl::make_unexpected(path.error());
  if (const auto known = loaded_.find(*path); known != loaded_.end()) return known->second;

  std::error_code failure;
  const auto size = fs::file_size(*path, failure);
  if (failure || size > static_cast<std::uintmax_t>(options_.max_size)) {
    return tl::make_unexpected(refused(*path, failure ? "cannot be read: " + failure.message()
                                                      : "is larger than plugins.max_size allows"));
  }
  const auto entry = entry_of(*path);
  if (!entry) return tl::make_unexpected(entry.error());
  if ((*entry)->size < kEntrySize) {
    return tl::make_unexpected(refused(*path,
                                       "brings an entry of " + std::to_string((*entry)->size) +
                                           " bytes, version 1.0 has " + std::to_string(kEntrySize),
                                       "build it again with the headers of this release"));
  }
  if ((*entry)->minor > ASSAY_ABI_MINOR) {
    return tl::make_unexpected(refused(*path,
                                       "needs ABI 1." + std::to_string((*entry)->minor) +
                                           ", this engine offers 1.0 to 1." +
                                           std::to_string(ASSAY_ABI_MINOR),
                                       "use a newer engine, or build the plugin for an older ABI"));
  }
  if (!(*entry)->id || !(*entry)->init || !(*entry)->get_interface) {
    return tl::make_unexpected(refused(*path, "brings an entry without id, init or get_interface"));
  }

  auto plugin = std::make_shared<Plugin>(**entry, *path, *services_);
  assay_error error;
  if ((*entry)->init(plugin->host().table(), &error) != ASSAY_OK) {
    return tl::make_unexpected(
        refused(*path,
                "failed to initialise: " +
                    (error.message.empty() ? "the plugin gives no reason" : error.message),
                error.help));
  }
  plugin->initialised_ = true;
  loaded_.emplace(*path, plugin);
  return std::shared_ptr<const Plugin>(std::move(plugin));
}

std::vector<std::shared_ptr<const Plugin>> PluginLoader::loaded() const {
  std::vector<std::shared_ptr<const Plugin>> plugins;
  plugins.reserve(loaded_.size());
  for (const auto& [path, plugin] : loaded_) plugins.push_back(plugin);
  return plugins;
}

}  // namespace assay::host
