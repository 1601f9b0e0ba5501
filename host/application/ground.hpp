// What outlives a configuration in a process: the libraries that are mapped, what they are told of
// the host, and where the memory of history comes from.
//
// Configurations that are built side by side, or one after the other, stand on the same ground.
//
// Thread: control; what it holds says for itself who else may.
#pragma once

#include "host/plugins/plugin_host.hpp"
#include "host/plugins/plugin_shelf.hpp"
#include "host/runtime/large_pages.hpp"

namespace assay::host {

struct Ground {
  HostServices services;
  PluginShelf plugins;  // behind the services, which they call until their end
  LargePages history_memory;
};

}  // namespace assay::host
