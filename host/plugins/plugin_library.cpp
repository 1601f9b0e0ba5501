#include "host/plugins/plugin_library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <dlfcn.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "core/model/plugin_error.hpp"
#include "host/plugin_files/plugin_search.hpp"
#include "host/plugin_files/preflight.hpp"
#include "host/diagnostics/printable.hpp"
#include "host/plugin_files/private_copy.hpp"
#include "host/plugins/fatal_signals.hpp"
#include "host/plugins/plugin_door.hpp"

namespace assay::host {
namespace {

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

// Boost.DLL calls every failure a bad file descriptor; the linker knows better.
std::string why_not(const std::string& path, const boost::dll::fs::error_code& failure) {
  const char* told = dlerror();
  std::string why = told ? told : failure.message();
  const auto prefix = path + ": ";
  return why.rfind(prefix, 0) == 0 ? why.substr(prefix.size()) : why;
}

// `path` is what is loaded; people hear of `file`, out of which it was copied.
tl::expected<const assay_entry*, PluginFault> entry_of(const std::string& path,
                                                       const std::string& file) {
  boost::dll::fs::error_code failure;
  boost::dll::shared_library library;
  {
    // Its constructors run.
    const core::PluginCall mark(thread_door(), file.c_str());
    library.load(path, failure,
                 boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  }
  if (failure) {
    const auto why = why_not(path, failure);
    const bool mapped = why.find("failed to map") == why.npos;
    return tl::make_unexpected(
        refused(file, "cannot be loaded: " + why,
                mapped ? ""
                       : "its copy is `" + path +
                             "`; name a folder as `plugins.cache` from which code may be run"));
  }
  if (!library.has(ASSAY_ENTRY_SYMBOL)) {
    return tl::make_unexpected(refused(file, "does not export `" ASSAY_ENTRY_SYMBOL "`"));
  }
  report_exits();
  const auto* entry = &library.get<const assay_entry>(ASSAY_ENTRY_SYMBOL);
  retired().push_back(std::move(library));
  return entry;
}

// The first of what is wrong, and how much more there is.
PluginFault unfit(const std::string& path, const std::vector<Finding>& findings) {
  const auto& first = findings.front();
  PluginFault fault{Code::plugin_unfit, "`" + path + "` " + first.message, first.expected,
                    first.help};
  const auto more = std::count_if(findings.begin(), findings.end(), [](const Finding& one) {
    return one.severity == Finding::Severity::refusal;
  });
  if (more > 1) {
    fault.note +=
        "; `assay plugins inspect " + path + "` tells of " + std::to_string(more - 1) + " more";
  }
  return fault;
}

std::optional<PluginFault> entry_fault(const assay_entry& entry, const std::string& path) {
  if (entry.size < kEntrySize) {
    return refused(path,
                   "brings an entry of " + std::to_string(entry.size) + " bytes, version 1.0 has " +
                       std::to_string(kEntrySize),
                   "build it again with the headers of this release");
  }
  if (entry.minor > ASSAY_ABI_MINOR) {
    return refused(path,
                   "needs ABI 1." + std::to_string(entry.minor) + ", this engine offers 1.0 to 1." +
                       std::to_string(ASSAY_ABI_MINOR),
                   "use a newer engine, or build the plugin for an older ABI");
  }
  if (!entry.id || !entry.init || !entry.get_interface) {
    return refused(path, "brings an entry without id, init or get_interface");
  }
  return std::nullopt;
}

const char* description_of(const assay_entry& entry) {
  if (const auto* rule = static_cast<const assay_rule_api*>(entry.get_interface(ASSAY_RULE_ID))) {
    return rule->describe ? rule->describe() : nullptr;
  }
  const auto* sink = static_cast<const assay_sink_api*>(entry.get_interface(ASSAY_SINK_ID));
  return sink && sink->describe ? sink->describe() : nullptr;
}

// What people were shown before has to be what runs.
std::optional<std::string> lie_in(const PluginNote& note, const assay_entry& entry) {
  const auto differs = [](const char* what, const std::string& noted, const std::string& is) {
    return std::string("is not what its note says: ") + what + " `" + printable(noted) +
           "` in the note, `" + printable(is) + "` in the code";
  };
  if (note.id != entry.id) return differs("id", note.id, entry.id);
  const std::string version = entry.version ? entry.version : "0";
  if (note.version != version) return differs("version", note.version, version);
  for (const auto& interface : note.interfaces) {
    if (!entry.get_interface(interface.c_str())) {
      return "is not what its note says: it does not offer `" + printable(interface) + "`";
    }
  }
  const auto noted = note.all.find("schema");
  const char* described = description_of(entry);
  if (noted == note.all.end() || !described) return std::nullopt;
  const auto schema = nlohmann::json::parse(described, nullptr, false);
  if (schema == *noted) return std::nullopt;
  return "is not what its note says: the code describes other settings";
}

}  // namespace

Plugin::Plugin(const assay_entry& entry, std::string path, const HostServices& services)
    : entry_(&entry), path_(std::move(path)), host_(services, entry.id) {}

Plugin::~Plugin() {
  if (!initialised_ || !entry_->deinit) return;
  enter_plugin(path_.c_str(), [&] { entry_->deinit(); });
}

PluginLoader::PluginLoader(const HostServices& services, Options options)
    : services_(&services), options_(std::move(options)) {}

tl::expected<std::shared_ptr<const Plugin>, PluginFault> PluginLoader::load(
    const std::string& name) {
  if (const auto known = by_name_.find(name); known != by_name_.end()) return known->second;
  const auto path = find_plugin(name, options_.folders);
  if (!path) {
    const auto& fault = path.error();
    return tl::make_unexpected(
        PluginFault{Code::plugin_not_found, fault.message, fault.note, fault.help});
  }
  auto plugin = load_file(name, *path);
  if (plugin) by_name_.emplace(name, *plugin);
  return plugin;
}

tl::expected<PluginLoader::Loaded, PluginFault> PluginLoader::load_file(const std::string& name,
                                                                        const std::string& path) {
  const auto folder = options_.cache.empty() ? default_cache_folder() : options_.cache;
  PrivateCopy::Patience patience;
  patience.waits = [&](const std::string& locked) {
    if (!services_->log) return;
    services_->log(ASSAY_LOG_INFO, name,
                   "waits for another process that copies plugins into `" + locked + "`");
  };
  auto copy = PrivateCopy::make(path, options_.max_size, folder, patience);
  if (!copy) return tl::make_unexpected(refused(path, copy.error().message, copy.error().help));
  if (auto fault = pin_fault(name, path, copy->sha256())) {
    return tl::make_unexpected(std::move(*fault));
  }
  if (auto known = known_content(copy->sha256())) {
    by_digest_.emplace(copy->sha256(), known);
    return known;
  }
  const auto inspection = inspect_plugin(copy->bytes(), {options_.libraries, {}});
  if (!inspection.fit()) return tl::make_unexpected(unfit(path, inspection.findings));
  const auto kept = copy->keep();
  if (!kept) return tl::make_unexpected(refused(path, kept.error().message, kept.error().help));
  const auto entry = entry_of(*kept, path);
  if (!entry) return tl::make_unexpected(entry.error());
  if (auto fault = entry_fault(**entry, path)) return tl::make_unexpected(std::move(*fault));
  auto plugin = start(**entry, path);
  if (!plugin) return plugin;
  if (inspection.note) {
    const core::PluginCall mark(thread_door(), path.c_str());
    if (const auto lie = lie_in(*inspection.note, **entry)) {
      return tl::make_unexpected(
          refused(path, *lie, "build it with the macros of the SDK, which write both"));
    }
  }
  by_digest_.emplace(copy->sha256(), *plugin);
  return plugin;
}

PluginLoader::Loaded PluginLoader::known_content(const std::string& sha256) const {
  if (const auto known = by_digest_.find(sha256); known != by_digest_.end()) return known->second;
  return elder_ ? elder_->known_content(sha256) : nullptr;
}

std::optional<PluginFault> PluginLoader::pin_fault(const std::string& name, const std::string& path,
                                                   const std::string& sha256) const {
  const auto pin = options_.pins.find(name);
  const std::string found = "its content is sha256:" + sha256;
  if (pin == options_.pins.end()) {
    if (!options_.require_pins) return std::nullopt;
    return PluginFault{Code::plugin_not_pinned,
                       "`" + path + "` has no pin, and `plugins.require_pins` is set", found,
                       "look at it with `assay plugins inspect`, then pin it as `" + name +
                           "`; `assay plugins pin` writes the lines"};
  }
  if (pin->second == sha256) return std::nullopt;
  return PluginFault{Code::plugin_pin_differs, "`" + path + "` is not the file that is pinned",
                     found + ", the pin of `" + name + "` is sha256:" + pin->second,
                     "put the pinned file back, or, if the change is yours, write the pins anew "
                     "with `assay plugins pin`"};
}

tl::expected<PluginLoader::Loaded, PluginFault> PluginLoader::start(const assay_entry& entry,
                                                                    const std::string& path) const {
  auto plugin = std::make_shared<Plugin>(entry, path, *services_);
  assay_error error;
  const auto initialised =
      enter_plugin(path.c_str(), error, [&] { return entry.init(plugin->host().table(), &error); });
  if (initialised != ASSAY_OK) {
    return tl::make_unexpected(
        refused(path,
                "failed to initialise: " +
                    (error.message.empty() ? "the plugin gives no reason" : error.message),
                error.help));
  }
  plugin->initialised_ = true;
  return Loaded(std::move(plugin));
}

std::vector<std::shared_ptr<const Plugin>> PluginLoader::loaded() const {
  std::vector<std::shared_ptr<const Plugin>> plugins;
  plugins.reserve(by_digest_.size());
  for (const auto& [digest, plugin] : by_digest_) plugins.push_back(plugin);
  return plugins;
}

PluginLoader::Options loader_options(const PluginsConfig& config) {
  PluginLoader::Options options;
  options.folders = config.path;
  options.max_size = config.max_size;
  for (const auto& pin : config.pins) options.pins.emplace(pin.plugin, pin.sha256);
  options.require_pins = config.require_pins;
  options.libraries = config.libraries;
  options.cache = config.cache;
  return options;
}

}  // namespace assay::host
