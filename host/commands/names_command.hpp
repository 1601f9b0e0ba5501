// `assay fields` and `assay features`: what a rule may use, and what is remembered for it.
//
// Thread: control.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

void add_fields_command(CLI::App& app, int& exit_code);
void add_features_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
