// One error at its place, with what was expected and what to do about it.
//
// Thread: control.
#pragma once

#include <string>
#include <utility>

#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

inline void refuse(Diagnostics& diagnostics, Code code, const Span& place, std::string message,
                   std::string note = {}, std::string help = {}) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.span = place;
  diagnostic.note = std::move(note);
  diagnostic.help = std::move(help);
  diagnostics.add(std::move(diagnostic));
}

}  // namespace assay::host
