#include "host/plugins/plugin_faults.hpp"

#include <utility>

#include "core/decode/mask.hpp"

namespace assay::host {
namespace {

constexpr std::size_t kLargestShown = 16 << 20;  // bytes of a file of which a line is shown

Span place_of(const assay_error& error, const Span& fallback) {
  if (error.line == 0) return fallback;
  // The plugin may speak of the configuration itself, which is in memory already.
  if (fallback.source && fallback.source->path() == error.file) {
    return {fallback.source, error.line, error.column, 1};
  }
  // The line at fault may be at fault because it holds a card number.
  const auto source = Source::load(error.file, kLargestShown);
  auto shown =
      std::make_shared<const Source>(error.file, source ? core::masked((*source)->text()) : "");
  return {std::move(shown), error.line, error.column, error.column > 0 ? 1u : 0u};
}

}  // namespace

void add(Diagnostics& diagnostics, const std::string& who, const Span& place,
         const PluginFault& fault) {
  Diagnostic diagnostic;
  diagnostic.code = fault.code;
  diagnostic.message = who + ": " + fault.message;
  diagnostic.span = place;
  diagnostic.note = fault.note;
  diagnostic.help = fault.help;
  diagnostics.add(std::move(diagnostic));
}

void add(Diagnostics& diagnostics, const std::string& who, const Span& place,
         const BindFault& fault) {
  Diagnostic diagnostic;
  diagnostic.code = fault.code;
  diagnostic.message = who + " " + fault.message;
  diagnostic.span = place;
  diagnostic.note = fault.note;
  diagnostic.help = fault.help;
  diagnostics.add(std::move(diagnostic));
}

void add(Diagnostics& diagnostics, const std::string& who, const Span& place,
         const assay_error& error) {
  Diagnostic diagnostic;
  diagnostic.code = Code::refused_by_plugin;
  diagnostic.message =
      who + ": " + (error.message.empty() ? "the plugin gives no reason" : error.message);
  diagnostic.span = place_of(error, place);
  diagnostic.help = error.help;
  diagnostics.add(std::move(diagnostic));
}

}  // namespace assay::host
