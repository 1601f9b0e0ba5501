// `assay plugins validate`: tries a plugin against the promises of the ABI.
//
// Thread: control.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand to `assay plugins`. Its result: 0 every promise was kept, 1 one was not, 2
// usage, 74 the file cannot be read, 78 the configuration or the settings are refused.
void add_plugins_validate_command(CLI::App& plugins, int& exit_code);

}  // namespace assay::host
