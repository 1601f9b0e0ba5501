// `assay run`: the engine.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 stopped by a signal, 70 a fault of ours, 75 fenced by
// the group, 78 the configuration is refused.
void add_run_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
