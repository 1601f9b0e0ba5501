#include "host/commands/eval_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"
#include "host/offline/judged_text.hpp"
#include "host/offline/offline_engine.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay eval payment.json -c assay.yaml
  assay eval payment.json --after history.jsonl -c assay.yaml --format json
  assay eval payment.json --holders holders.jsonl -c assay.yaml

The event is one JSON object as it would stand in the topic; the history is one such object a line,
oldest first. Holders are such objects, too, as they stand in their topic. Times are those of the
transactions, no peer is asked, nothing is delivered. Without the card key, tokens are made with a
key of this run's own: lists of cards then match nothing.)";

struct Arguments {
  std::vector<std::string> files;
  std::string event;
  std::string history;
  std::string holders;
  std::string format = "human";
};

int unreadable(const std::string& path) {
  std::fprintf(stderr, "assay eval: %s cannot be read\n", path.c_str());
  return ExitCode::input_output;
}

std::optional<std::string> contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) return std::nullopt;
  return text;
}

// The exit code where something is wrong with it.
std::optional<int> live_through(OfflineEngine& engine, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return unreadable(path);
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (const auto judged = engine.judge(line); !judged) {
      std::fprintf(stderr, "%s:%zu: this is no transaction: %s\n", path.c_str(), number,
                   judged.error().c_str());
      return ExitCode::failed;
    }
  }
  return file.bad() ? std::optional(unreadable(path)) : std::nullopt;
}

int eval(const Arguments& arguments) {
  Diagnostics diagnostics;
  auto config = load_config(arguments.files, diagnostics);
  auto assembly =
      config ? Assembly::build(*config, Assembly::CardKey::or_made_up, diagnostics) : nullptr;
  if (assembly && !arguments.holders.empty() && !assembly->holders()) {
    std::fprintf(stderr,
                 "assay eval: --holders %s: the configuration joins no holders; add `holders`\n",
                 arguments.holders.c_str());
    return ExitCode::usage;
  }
  auto engine = assembly ? OfflineEngine::make(*assembly, diagnostics, arguments.holders) : nullptr;
  show(diagnostics, DiagnosticFormat::human, stderr);
  if (!engine) return ExitCode::configuration;

  const auto event = contents(arguments.event);
  if (!event) return unreadable(arguments.event);
  if (!arguments.history.empty()) {
    if (const auto fault = live_through(*engine, arguments.history)) return *fault;
  }
  const auto judged = engine->judge(*event);
  if (!judged) {
    std::fprintf(stderr, "%s: this is no transaction: %s\n", arguments.event.c_str(),
                 judged.error().c_str());
    return ExitCode::failed;
  }
  if (!*judged) {
    std::fprintf(stderr,
                 "%s: the history has this transaction already, with the same content; the engine "
                 "would count it as a duplicate and go on\n",
                 arguments.event.c_str());
    return ExitCode::failed;
  }
  const bool colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  const auto text = arguments.format == "json" ? to_json(**judged) : to_page(**judged, colour);
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? ExitCode::done : ExitCode::input_output;
}

}  // namespace

void add_eval_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("eval", "Judge one transaction offline and say why");
  command->add_option("event", arguments->event, "File with the transaction, one JSON object")
      ->required();
  command->add_option("--after", arguments->history,
                      "File with earlier transactions, one JSON object a line");
  command->add_option(
      "--holders", arguments->holders,
      "File with account holders, one JSON object a line; instead of the configured");
  add_config_option(*command, arguments->files);
  command->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = eval(*arguments); });
}

}  // namespace assay::host
