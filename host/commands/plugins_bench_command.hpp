// `assay plugins bench`: what a rule costs, row by row.
//
// Thread: control.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand to `assay plugins`. Its result: 0 measured, 1 the rule cannot be, 2 usage,
// 74 the file cannot be read, 78 the settings are refused.
void add_plugins_bench_command(CLI::App& plugins, int& exit_code);

}  // namespace assay::host
