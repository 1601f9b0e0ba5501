#include "host/commands/explain_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "host/commands/config_files.hpp"
#include "host/commands/configured_sink.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/past_decision.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay explain 5f0c7f0e-6f3b-4a34-9d7b-0c7f3b1f6f10 -c assay.yaml
  assay explain 5f0c7f0e-6f3b-4a34-9d7b-0c7f3b1f6f10 -c assay.yaml --format json

It reads what a sink of the configuration stored, as `administrator` of the sink's configuration
(somebody with the rights of an analyst will do), or as its user where none is named. An id that was
stored several times is told each time. To judge a transaction by the rules of today there is
`assay eval`.)";

constexpr const char* kCommand = "explain";

constexpr DatabaseSink::Seconds kQuestion{30};

struct Arguments {
  std::vector<std::string> files;
  std::string transaction;
  std::string sink;
  std::string format = "human";
};

int explain(const Arguments& arguments) {
  const auto configured = configured_sink(kCommand, arguments.files, arguments.sink);
  if (!configured) return configured.error();
  const auto& sink = configured->tables;
  const auto lines = sink.explain(arguments.transaction, kQuestion);
  if (!lines) return failed(kCommand, sink, lines.error());
  if (lines->empty()) {
    return say(kCommand, ExitCode::failed,
               "sink " + sink.id() + " has stored no transaction `" + arguments.transaction +
                   "`: check the id, and --sink");
  }
  const bool colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  const auto text =
      arguments.format == "json" ? array_of_decisions(*lines) : page_of_decisions(*lines, colour);
  if (!text) return say(kCommand, ExitCode::failed, "sink " + sink.id() + ": " + text.error());
  return print_out(*text);
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("explain", "Tell a past decision from the database");
  command->add_option("transaction", arguments->transaction, "Its transaction_id")->required();
  add_config_option(*command, arguments->files);
  command->add_option("--sink", arguments->sink,
                      "Id of the sink, where several of the configuration own tables");
  command->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = explain(*arguments); });
}

}  // namespace assay::host
