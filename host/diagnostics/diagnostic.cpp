#include "host/diagnostics/diagnostic.hpp"

#include <utility>

#include "host/diagnostics/credentials.hpp"

namespace assay::host {

void Diagnostics::add(Diagnostic diagnostic) {
  std::string identity = text(diagnostic.code);
  identity += '\n' + diagnostic.span.text() + '\n' + diagnostic.message;
  if (!seen_.insert(std::move(identity)).second) return;
  if (diagnostic.severity == Severity::error) ++errors_;
  if (diagnostic.severity == Severity::warning) ++warnings_;
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::conceal(std::string value) {
  constexpr std::size_t shortest = 4;
  if (value.size() >= shortest) secrets_.push_back(std::move(value));
}

std::string Diagnostics::without_secrets(std::string text) const {
  for (const std::string& secret : secrets_) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return without_credentials(std::move(text));
}

}  // namespace assay::host
