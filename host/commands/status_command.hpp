// `assay status`: how a running engine stands, and the wait until it is ready.
//
// Thread: control.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

void add_status_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
