#include "host/plugins/plugin_entry.hpp"

#define BOOST_DLL_USE_STD_FS
#include <dlfcn.h>

#include <boost/dll/shared_library.hpp>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "host/diagnostics/printable.hpp"
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

const char* description_of(const assay_entry& entry) {
  if (const auto* rule = static_cast<const assay_rule_api*>(entry.get_interface(ASSAY_RULE_ID))) {
    return rule->describe ? rule->describe() : nullptr;
  }
  const auto* sink = static_cast<const assay_sink_api*>(entry.get_interface(ASSAY_SINK_ID));
  return sink && sink->describe ? sink->describe() : nullptr;
}

std::optional<std::string> difference(const PluginNote& note, const assay_entry& entry) {
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

tl::expected<const assay_entry*, PluginFault> load_entry(const std::string& path,
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

std::optional<PluginFault> entry_fault(const assay_entry& entry, const std::string& file) {
  if (entry.size < kEntrySize) {
    return refused(file,
                   "brings an entry of " + std::to_string(entry.size) + " bytes, version 1.0 has " +
                       std::to_string(kEntrySize),
                   "build it again with the headers of this release");
  }
  if (entry.minor > ASSAY_ABI_MINOR) {
    return refused(file,
                   "needs ABI 1." + std::to_string(entry.minor) + ", this engine offers 1.0 to 1." +
                       std::to_string(ASSAY_ABI_MINOR),
                   "use a newer engine, or build the plugin for an older ABI");
  }
  if (!entry.id || !entry.init || !entry.get_interface) {
    return refused(file, "brings an entry without id, init or get_interface");
  }
  return std::nullopt;
}

std::optional<PluginFault> lie_in(const PluginNote& note, const assay_entry& entry,
                                  const std::string& file) {
  const core::PluginCall mark(thread_door(), file.c_str());
  const auto lie = difference(note, entry);
  if (!lie) return std::nullopt;
  return refused(file, *lie,
                 "let one place say both: `assay_add_plugin()` writes them from plugin.json, "
                 "ASSAY_RULE and ASSAY_SINK from their arguments; in C, give `ASSAY_NOTE` and "
                 "`assay_entry_v1` the same id and version");
}

}  // namespace assay::host
