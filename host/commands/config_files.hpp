// What the commands that read a configuration share: the option, the reading, the words about what
// is wrong with it.
//
// Thread: control.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/diagnostics/render.hpp"

namespace CLI {
class App;
}

namespace assay::host {

// -c FILE, once or several times; required. `files` must outlive `command`.
void add_config_option(CLI::App& command, std::vector<std::string>& files);

// Later files lie over earlier ones; the default plugin folders are added.
[[nodiscard]] std::optional<Config> load_config(const std::vector<std::string>& files,
                                                Diagnostics& diagnostics);

// Writes everything collected, in colour where `stream` is a terminal.
void show(const Diagnostics& diagnostics, DiagnosticFormat format, std::FILE* stream);

}  // namespace assay::host
