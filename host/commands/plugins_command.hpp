// `assay plugins`: what a plugin's file is, without running any of it.
//
// Thread: control.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It leaves its result in `exit_code`, which must outlive `app`: 0 done, 1 a
// file is none that the engine would load, 2 usage, 74 output failed, 78 the configuration is
// refused.
void add_plugins_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
