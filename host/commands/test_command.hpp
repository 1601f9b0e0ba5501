// `assay test`: runs the tests that stand beside the rules, on a virtual clock and without peers.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 all passed; 1 one failed, or there is none; 78 the
// configuration or a test is refused.
void add_test_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
