// `assay demo`: one command that shows what the engine does.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: as run_demo() says, or 2 where there are no real servers.
void add_demo_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
