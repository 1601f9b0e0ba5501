// `assay outbox`: what deferred steps left to be delivered, and what a person decides about it.
//
// Thread: control.
#pragma once

#include <CLI/CLI.hpp>

namespace assay::host {

void add_outbox_command(CLI::App& app, int& exit_code);

}  // namespace assay::host
