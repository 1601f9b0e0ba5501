// Turns what a plugin or its library says into diagnostics at a place in the configuration.
//
// Thread: control.
#pragma once

#include <string>

#include "core/model/plugin_error.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/plugins/plugin_binder.hpp"
#include "host/plugins/plugin_library.hpp"

namespace assay::host {

// `who` begins the message: "rule `small_burst`". The place is that of `use:`.
void add(Diagnostics& diagnostics, const std::string& who, const Span& place,
         const PluginFault& fault);
void add(Diagnostics& diagnostics, const std::string& who, const Span& place,
         const BindFault& fault);
// A place that the plugin gave itself (a line of a list) comes before `place`.
void add(Diagnostics& diagnostics, const std::string& who, const Span& place,
         const assay_error& error);

}  // namespace assay::host
