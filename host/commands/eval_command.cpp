#include "host/commands/eval_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <assay/file.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

// More than any `source.max_message`, so that the decoder has the word on what is too large.
constexpr std::size_t kMostEvent = 64 << 20;

int unreadable(const std::string& path, const std::string& why) {
  std::fprintf(stderr, "assay eval: %s cannot be read: %s\n", path.c_str(), why.c_str());
  return ExitCode::input_output;
}

// The exit code where something is wrong with it.
std::optional<int> live_through(OfflineEngine& engine, const std::string& path,
                                std::size_t longest) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return unreadable(path, std::strerror(errno));
  std::size_t number = 0;
  std::string buffer(longest + 2, '\0');  // with the end of the line, and of the text
  while (file.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
    ++number;
    const auto taken = static_cast<std::size_t>(file.gcount());
    const std::string_view line(buffer.data(), file.eof() ? taken : taken - 1);
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (const auto judged = engine.judge(line); !judged) {
      std::fprintf(stderr, "%s:%zu: this is no transaction: %s\n", path.c_str(), number,
                   judged.error().c_str());
      return ExitCode::failed;
    }
  }
  if (file.bad()) return unreadable(path, "reading it failed");
  if (file.eof()) return std::nullopt;
  std::fprintf(stderr, "%s:%zu: this is no transaction: the line is longer than %zu bytes\n",
               path.c_str(), number + 1, longest);
  return ExitCode::failed;
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

  const auto event = read_file(arguments.event, kMostEvent, FileKind::stream);
  if (!event.fault.empty()) return unreadable(arguments.event, event.fault);
  if (!arguments.history.empty()) {
    const auto longest = static_cast<std::size_t>(config->source.max_message);
    if (const auto fault = live_through(*engine, arguments.history, longest)) return *fault;
  }
  const auto judged = engine->judge(event.text);
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
  return ExitCode::done;
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
