#include "host/commands/configured_sink.hpp"

#include <cstdio>
#include <utility>

#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"

namespace assay::host {
namespace {

constexpr DatabaseSink::Seconds kQuestion{10};

}  // namespace

int say(const std::string& command, int exit_code, const std::string& message) {
  std::fprintf(stderr, "assay %s: %s\n", command.c_str(), message.c_str());
  return exit_code;
}

int failed(const std::string& command, const DatabaseSink& sink, const std::string& message) {
  return say(command, sink.reachable(kQuestion) ? ExitCode::configuration : ExitCode::unreachable,
             message);
}

int print_out(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? ExitCode::done : ExitCode::input_output;
}

tl::expected<ConfiguredSink, int> configured_sink(const std::string& command,
                                                  const std::vector<std::string>& files,
                                                  const std::string& sink) {
  Diagnostics diagnostics;
  auto loaded = load_config(files, diagnostics);
  auto config = loaded ? std::make_unique<Config>(std::move(*loaded)) : nullptr;
  auto assembly =
      config ? Assembly::build(*config, Assembly::CardKey::not_needed, diagnostics) : nullptr;
  if (!assembly) {
    show(diagnostics, DiagnosticFormat::human, stderr);
    return tl::unexpected(static_cast<int>(ExitCode::configuration));
  }
  auto tables = DatabaseSink::find(*assembly, sink);
  if (!tables) return tl::unexpected(say(command, ExitCode::usage, tables.error()));
  return ConfiguredSink{std::move(config), std::move(assembly), *tables};
}

}  // namespace assay::host
