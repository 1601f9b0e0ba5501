// Turns diagnostics into text: for people (the source line with carets), for editors (one line
// each), for programs (one JSON object a line). Control characters never reach the terminal as they
// are.
//
// Thread: any.
#pragma once

#include <string>

#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

enum class DiagnosticFormat { human, brief, json };
enum class Colour { never, always };

/// Colour on a terminal only, and not with NO_COLOR set to anything (no-color.org).
[[nodiscard]] Colour colour_of(int file_descriptor);

/// Everything collected, in the order found. Human text ends with a count; nothing is printed for
/// nothing.
[[nodiscard]] std::string render(const Diagnostics& diagnostics, DiagnosticFormat format,
                                 Colour colour = Colour::never);

}  // namespace assay::host
