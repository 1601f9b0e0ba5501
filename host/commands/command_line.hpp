// How the one binary reads its command line, whatever commands it has.
#pragma once

namespace CLI {
class App;
}

namespace assay::host {

// Before any command is added: they inherit the shape of the help.
void prepare_command_line(CLI::App& app);

// Parses, which runs the command; its result is in `exit_code` then. Answers that, or 2 with a
// sentence on standard error where nothing was run; and 74, with one, where all went well but what
// went to standard output could not be written.
[[nodiscard]] int parse_command_line(CLI::App& app, int argc, const char* const* argv,
                                     const int& exit_code);

}  // namespace assay::host
