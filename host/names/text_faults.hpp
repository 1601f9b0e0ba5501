// Faults in a feature's or a condition's text as diagnostics at the very characters.
//
// Thread: control.
#pragma once

#include <string>

#include "core/features/feature_fault.hpp"
#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/names/substitution.hpp"

namespace assay::host {

// `what` begins the message: "feature `attempts`". `written` is the scalar that holds the text.
void report(Diagnostics& diagnostics, Code code, const std::string& what, const Node& written,
            const Substitution::Fault& fault);
// The fault is one of the filled text.
void report(Diagnostics& diagnostics, Code code, const std::string& what, const Node& written,
            const Substitution& filled, const core::FeatureFault& fault);

}  // namespace assay::host
