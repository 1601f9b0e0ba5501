// `assay explain`: tells a past decision from the database.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 told; 1 no such transaction is stored; 2 the sink is not
// clear; 69 the database does not answer; 78 the configuration is refused, or the database refuses.
void add_explain_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
