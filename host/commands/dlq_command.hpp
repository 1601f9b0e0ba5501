// `assay dlq`: dead letters as a person handles them.
//
// Thread: control.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It leaves its result in `exit_code`, which must outlive `app`: 0 done, 1 no
// such letter, or some could not be put back, 2 usage, 69 the broker cannot be reached, 74 input or
// output failed, 78 the configuration is refused.
void add_dlq_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
