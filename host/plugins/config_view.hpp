// A plugin's own part of the configuration, as the ABI's `assay.config/1` shows it.
//
// The values were checked against the plugin's schema before, so a look-up that does not fit its
// type answers the fallback. Texts stay valid as long as the view.
//
// Thread: control.
#pragma once

#include <assay/config.h>

#include <deque>
#include <string>

#include "host/config/node.hpp"

// The ABI's opaque handle.
struct assay_config {
  assay::host::Node root;
  mutable std::deque<std::string> texts{};  // made on demand: absolute paths
};

namespace assay::host {

// The table that get_interface answers.
[[nodiscard]] const assay_config_api& config_api();

}  // namespace assay::host
