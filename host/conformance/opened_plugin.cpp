#include "host/conformance/opened_plugin.hpp"

#include <dlfcn.h>

#include "host/conformance/call_watch.hpp"
#include "host/conformance/plugin_calls.hpp"

namespace assay::host {

OpenedPlugin::OpenedPlugin(const Candidate& candidate) {
  // Never closed: the check's process ends with it.
  void* library = ::dlopen(candidate.copy.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) throw Broken{std::string("cannot be loaded: ") + ::dlerror(), "build it again"};
  entry_ = static_cast<const assay_entry*>(::dlsym(library, ASSAY_ENTRY_SYMBOL));
  if (!entry_) throw Broken{"exports no `" ASSAY_ENTRY_SYMBOL "`", "end it with ASSAY_RULE"};
}

void OpenedPlugin::init(PluginKind kind) const {
  expect_ok(PluginFunction::init,
            [&](assay_error* error) { return entry_->init(checked_host(kind), error); });
}

void OpenedPlugin::deinit() const {
  if (!entry_->deinit) return;
  const InCall call(PluginFunction::deinit);
  entry_->deinit();
}

}  // namespace assay::host
