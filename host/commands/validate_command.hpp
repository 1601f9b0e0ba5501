// `assay validate`: everything that is wrong with a configuration, at once, before it is run.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 sound, 69 a peer cannot be reached, 78 refused.
void add_validate_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
