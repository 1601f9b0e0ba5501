#include "tests/documents/sink_schemas.hpp"

#include <assay/plugin.h>
#include <dlfcn.h>

#include <sstream>
#include <stdexcept>

namespace assay::test {

const std::vector<host::PluginSchema>& sink_schemas() {
  static const std::vector<host::PluginSchema> all = [] {
    std::vector<host::PluginSchema> schemas;
    std::istringstream paths(ASSAY_SINKS);
    for (std::string path; std::getline(paths, path, ',');) {
      void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
      if (library == nullptr) throw std::runtime_error(dlerror());
      const auto* entry = static_cast<const assay_entry*>(dlsym(library, ASSAY_ENTRY_SYMBOL));
      if (entry == nullptr) throw std::runtime_error(path + " is no plugin");
      const auto* sink = static_cast<const assay_sink_api*>(entry->get_interface(ASSAY_SINK_ID));
      schemas.push_back({host::PluginSchema::Kind::sink, entry->id, sink->describe()});
    }
    return schemas;
  }();
  return all;
}

}  // namespace assay::test
