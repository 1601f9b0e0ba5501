// What went wrong in something a person wrote: one shape for configuration, rules, lists and
// plugins. The message stands alone; the label says what is wrong with the marked text; the note
// says what was expected; only the help says how to fix it. Lower case, no full stop.
//
// Thread: control.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

#include "host/diagnostics/codes.hpp"
#include "host/diagnostics/source.hpp"

namespace assay::host {

enum class Severity { error, warning, note };

struct Diagnostic {
  Severity severity = Severity::error;
  Code code{};
  std::string message{};
  Span span{};
  std::string label{};  // behind the carets; may be empty
  std::string note{};
  std::string help{};
  std::string path{};  // where in the configuration: "sinks.pg.batch.rows"
};

/// Collects all faults of a run. The same fault (code, place, message) is kept once.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  /// The value is a secret: wherever a diagnostic has it in its words, `***` is shown. One of less
  /// than 4 bytes is left alone: it would be found in half of all words.
  void conceal(std::string value);

  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  [[nodiscard]] std::size_t errors() const { return errors_; }
  [[nodiscard]] std::size_t warnings() const { return warnings_; }
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
  /// Words of a diagnostic as they may be shown.
  [[nodiscard]] std::string without_secrets(std::string text) const;

 private:
  std::vector<Diagnostic> all_;
  std::vector<std::string> secrets_;
  std::unordered_set<std::string> seen_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

}  // namespace assay::host
