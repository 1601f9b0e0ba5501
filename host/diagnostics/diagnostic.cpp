#include "host/diagnostics/diagnostic.hpp"

#include <utility>

namespace assay::host {

void Diagnostics::add(Diagnostic diagnostic) {
  std::string identity = text(diagnostic.code);
  identity += '\n' + diagnostic.span.text() + '\n' + diagnostic.message;
  if (!seen_.insert(std::move(identity)).second) return;
  if (diagnostic.severity == Severity::error) ++errors_;
  if (diagnostic.severity == Severity::warning) ++warnings_;
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::hide(Span secret) {
  if (secret.source && secret.line > 0) hidden_.push_back(std::move(secret));
}

}  // namespace assay::host
