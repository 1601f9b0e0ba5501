// `assay diff OLD NEW`: what a change of configuration would do, before anybody restarts.
//
// Thread: control.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 nothing would change, 1 something would, 78 refused.
void add_diff_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
