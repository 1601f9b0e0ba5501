#include "host/names/text_faults.hpp"

#include "host/config/text_place.hpp"

namespace assay::host {

void report(Diagnostics& diagnostics, Code code, const std::string& what, const Node& written,
            const Substitution::Fault& fault) {
  diagnostics.add({.code = code,
                   .message = what + ": " + fault.message,
                   .span = place_in(written, fault.at.offset, fault.at.length),
                   .help = fault.help});
}

void report(Diagnostics& diagnostics, Code code, const std::string& what, const Node& written,
            const Substitution& filled, const core::FeatureFault& fault) {
  const auto at = filled.written({fault.offset, fault.length});
  diagnostics.add({.code = code,
                   .message = what + ": " + fault.message,
                   .span = place_in(written, at.offset, at.length),
                   .note = fault.note,
                   .help = fault.help});
}

}  // namespace assay::host
