// `assay state`: what snapshots there are, and whether they are sound.
//
// Thread: control.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

void add_state_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
