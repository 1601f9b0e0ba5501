// `assay cursor`: where the steps of transactional sinks stand, and how a person moves them.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

void add_cursor_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
