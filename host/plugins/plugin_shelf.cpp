#include "host/plugins/plugin_shelf.hpp"

#include <algorithm>
#include <utility>

#include "host/plugins/plugin_library.hpp"

namespace assay::host {

PluginShelf::PluginShelf() = default;
PluginShelf::~PluginShelf() = default;

const PluginShelf::Fate* PluginShelf::find(const std::string& sha256) const {
  const auto found = by_digest_.find(sha256);
  return found == by_digest_.end() ? nullptr : &found->second;
}

void PluginShelf::put(const std::string& sha256, Fate fate) {
  by_digest_.insert_or_assign(sha256, std::move(fate));
  count();
}

void PluginShelf::use(std::span<const Loaded> plugins) {
  used_ = std::count_if(plugins.begin(), plugins.end(),
                        [](const Loaded& plugin) { return plugin->isolated() == nullptr; });
  count();
}

void PluginShelf::count() { retired_ = used_ ? by_digest_.size() - *used_ : 0; }

}  // namespace assay::host
