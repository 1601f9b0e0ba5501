// `assay eval`: one transaction judged offline, whole: every value, every rule's answer, the
// decision.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 judged, whatever the decision; 1 the event or a line of
// the history is no transaction; 74 a file cannot be read; 78 the configuration is refused.
void add_eval_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
