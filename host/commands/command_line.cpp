#include "host/commands/command_line.hpp"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "host/commands/exit_code.hpp"
#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

// CLI11 leaves the last line without an end.
class Formatter final : public CLI::Formatter {
 public:
  std::string make_footer(const CLI::App* app) const override {
    auto text = CLI::Formatter::make_footer(app);
    if (!text.empty() && text.back() != '\n') text += '\n';
    return text;
  }
};

int refuse_command(const CLI::App& app, const std::string& name) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  const auto advice = did_you_mean(name, names);
  std::fprintf(stderr, "assay: `%s` is no command; %s\n", name.c_str(),
               advice.empty() ? "`assay --help` lists them" : advice.c_str());
  return ExitCode::usage;
}

// What was printed counts only when it has arrived: a full disk is not a short answer.
int having_written(int exit_code) {
  errno = 0;
  std::cout.flush();
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good();
  if (written) return exit_code;
  const std::string why = errno == 0 ? "" : std::string(": ") + std::strerror(errno);
  std::fprintf(stderr, "assay: standard output cannot be written%s\n", why.c_str());
  return exit_code == ExitCode::done ? ExitCode::input_output : exit_code;
}

}  // namespace

void prepare_command_line(CLI::App& app) {
  app.formatter(std::make_shared<Formatter>());
  app.require_subcommand(1);
}

int parse_command_line(CLI::App& app, int argc, const char* const* argv, const int& exit_code) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty()) {
      return refuse_command(app, argv[1]);
    }
    return having_written(app.exit(error) == 0 ? ExitCode::done : ExitCode::usage);
  }
  return having_written(exit_code);
}

}  // namespace assay::host
