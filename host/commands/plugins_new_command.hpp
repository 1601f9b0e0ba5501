// `assay plugins new`: writes a project of a rule or a sink that builds, tests and loads at once.
//
// Thread: control.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand to `assay plugins`. Its result: 0 written, 1 something of it is there
// already, 2 usage, 74 a file cannot be written.
void add_plugins_new_command(CLI::App& plugins, int& exit_code);

}  // namespace assay::host
