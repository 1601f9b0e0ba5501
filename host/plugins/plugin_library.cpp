#include "host/plugins/plugin_library.hpp"

#include <algorithm>
#include <utility>

#include "core/model/plugin_error.hpp"
#include "host/isolation/isolated_library.hpp"
#include "host/plugin_files/plugin_search.hpp"
#include "host/plugin_files/preflight.hpp"
#include "host/plugins/plugin_door.hpp"
#include "host/plugins/plugin_entry.hpp"

namespace assay::host {
namespace {

PluginFault refused(const std::string& path, const std::string& why, std::string help = {}) {
  return {Code::plugin_refused, "`" + path + "` " + why, {}, std::move(help)};
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

PluginFault too_many_retired(const std::string& path, std::size_t retired) {
  return {
      Code::too_many_retired,
      "`" + path + "` is not loaded: libraries that are mapped and that no rule in force uses: " +
          std::to_string(retired),
      "code that was loaded stays in memory until the process ends; `plugins.max_retired` bounds "
      "how much",
      "restart the engine: what it remembers is kept, and nothing is judged twice"};
}

bool is_ambiguous(const Plugin& one, const Plugin& other) {
  return one.id() == other.id() && one.version() == other.version() &&
         one.sha256() != other.sha256();
}

PluginFault ambiguous(const Plugin& one, const Plugin& other) {
  return {
      Code::plugin_ambiguous,
      "`" + one.path() + "` is " + one.name() + ", and so is `" + other.path() +
          "`, with another content",
      "decisions, metrics and what a rule remembers name a plugin by its id and version, so the "
      "two could not be told apart",
      "use one of them, or give the other a version of its own"};
}

}  // namespace

Plugin::Plugin(const assay_entry& entry, std::string path, const HostServices& services)
    : entry_(&entry), path_(std::move(path)), host_(services, entry.id) {}

Plugin::Plugin(std::unique_ptr<const IsolatedLibrary> isolated, std::string path,
               const HostServices& services)
    : isolated_(std::move(isolated)),
      entry_(&isolated_->entry()),
      path_(std::move(path)),
      host_(services, entry_->id) {}

Plugin::~Plugin() {
  if (!initialised_ || !entry_->deinit) return;
  enter_plugin(path_.c_str(), [&] { entry_->deinit(); });
}

const assay_rule_api* Plugin::rule() const {
  return isolated_ ? isolated_->rule() : interface<assay_rule_api>(ASSAY_RULE_ID);
}

const char* Plugin::rule_schema() const {
  const auto* api = rule();
  if (!api || !api->describe) return nullptr;
  if (isolated_) return isolated_->description().c_str();
  const core::PluginCall mark(thread_door(), path_.c_str());
  return api->describe();
}

PluginLoader::PluginLoader(const HostServices& services, Options options,
                           std::shared_ptr<PluginShelf> shelf)
    : services_(&services), options_(std::move(options)), shelf_(std::move(shelf)) {}

tl::expected<std::shared_ptr<const Plugin>, PluginFault> PluginLoader::load(const std::string& name,
                                                                            Isolation isolation) {
  const bool isolated = isolation == Isolation::process;
  auto& known_names = isolated ? isolated_ : by_name_;
  if (const auto known = known_names.find(name); known != known_names.end()) return known->second;
  const auto path = find_plugin(name, options_.folders);
  if (!path) {
    const auto& fault = path.error();
    return tl::make_unexpected(
        PluginFault{Code::plugin_not_found, fault.message, fault.note, fault.help});
  }
  auto plugin = isolated ? isolate_file(name, *path) : load_file(name, *path);
  if (!plugin) return plugin;
  for (const auto& other : loaded()) {
    if (is_ambiguous(**plugin, *other)) return tl::make_unexpected(ambiguous(**plugin, *other));
  }
  known_names.emplace(name, *plugin);
  return plugin;
}

tl::expected<PrivateCopy, PluginFault> PluginLoader::copy_of(const std::string& name,
                                                             const std::string& path) const {
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
  return std::move(*copy);
}

tl::expected<PluginLoader::Loaded, PluginFault> PluginLoader::isolate_file(
    const std::string& name, const std::string& path) const {
  auto copy = copy_of(name, path);
  if (!copy) return tl::make_unexpected(copy.error());
  const auto inspection = inspect_plugin(copy->bytes(), {options_.libraries, {}});
  if (!inspection.fit()) return tl::make_unexpected(unfit(path, inspection.findings));
  const auto kept = copy->keep();
  if (!kept) return tl::make_unexpected(refused(path, kept.error().message, kept.error().help));
  auto library = IsolatedLibrary::survey(*kept, path, *services_, options_.process);
  if (!library) return tl::make_unexpected(library.error());
  auto plugin = std::make_shared<Plugin>(std::move(*library), path, *services_);
  plugin->sha256_ = copy->sha256();
  return plugin;
}

tl::expected<PluginLoader::Loaded, PluginFault> PluginLoader::load_file(const std::string& name,
                                                                        const std::string& path) {
  auto copy = copy_of(name, path);
  if (!copy) return tl::make_unexpected(copy.error());
  const auto* fate = shelf_->find(copy->sha256());
  if (fate == nullptr) {
    const auto inspection = inspect_plugin(copy->bytes(), {options_.libraries, {}});
    if (!inspection.fit()) return tl::make_unexpected(unfit(path, inspection.findings));
    if (!shelf_->has_room(options_.max_retired + mapped_)) {
      return tl::make_unexpected(too_many_retired(path, shelf_->retired()));
    }
    const auto kept = copy->keep();
    if (!kept) return tl::make_unexpected(refused(path, kept.error().message, kept.error().help));
    // Where it cannot be mapped none of its code has run, and it may be tried again.
    const auto entry = load_entry(*kept, path);
    if (!entry) return tl::make_unexpected(entry.error());
    shelf_->put(copy->sha256(), meet(**entry, *copy, path, inspection.note));
    ++mapped_;
    fate = shelf_->find(copy->sha256());
  }
  if (*fate) by_digest_.emplace(copy->sha256(), **fate);
  return *fate;
}

// Its code runs: it is mapped for good, whatever is said of it.
tl::expected<PluginLoader::Loaded, PluginFault> PluginLoader::meet(
    const assay_entry& entry, const PrivateCopy& copy, const std::string& path,
    const std::optional<PluginNote>& note) const {
  if (auto fault = entry_fault(entry, path)) return tl::make_unexpected(std::move(*fault));
  auto plugin = start(entry, path, copy.sha256());
  if (!plugin || !note) return plugin;
  if (auto lie = lie_in(*note, entry, path)) return tl::make_unexpected(std::move(*lie));
  return plugin;
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

tl::expected<PluginLoader::Loaded, PluginFault> PluginLoader::start(
    const assay_entry& entry, const std::string& path, const std::string& sha256) const {
  auto plugin = std::make_shared<Plugin>(entry, path, *services_);
  plugin->sha256_ = sha256;
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
  plugins.reserve(by_digest_.size() + isolated_.size());
  for (const auto& [digest, plugin] : by_digest_) plugins.push_back(plugin);
  for (const auto& [name, plugin] : isolated_) plugins.push_back(plugin);
  return plugins;
}

const Plugin* PluginLoader::known(const std::string& name) const {
  for (const auto* names : {&by_name_, &isolated_}) {
    if (const auto found = names->find(name); found != names->end()) return found->second.get();
  }
  return nullptr;
}

PluginLoader::Options loader_options(const PluginsConfig& config) {
  PluginLoader::Options options;
  options.folders = config.path;
  options.max_size = config.max_size;
  for (const auto& pin : config.pins) options.pins.emplace(pin.plugin, pin.sha256);
  options.require_pins = config.require_pins;
  options.libraries = config.libraries;
  options.cache = config.cache;
  options.process = config.process;
  options.max_retired = static_cast<std::size_t>(config.max_retired);
  return options;
}

}  // namespace assay::host
