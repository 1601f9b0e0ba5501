// `assay schema`: what may stand in a configuration, for an editor.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 done, 74 output failed, 78 a plugin's schema is refused.
void add_schema_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
