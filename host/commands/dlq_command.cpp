#include "host/commands/dlq_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/commands/config_files.hpp"
#include "host/commands/dlq_report.hpp"
#include "host/commands/exit_code.hpp"
#include "host/dead_letters/letter_filter.hpp"
#include "host/dead_letters/letter_store.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay dlq ls -c assay.yaml
  assay dlq ls -c assay.yaml --each --code 23514 --since 2h
  assay dlq show 3:1042 -c assay.yaml

They read the place that `dead_letters` of the configuration names, to the end that it has now; the
engine may run meanwhile. A step of `decode` stands for records that did not become transactions.)";

struct Arguments {
  std::vector<std::string> files;
  std::string format = "human";
  std::string state = "open";
  std::string since;
  std::vector<std::string> positions;
  LetterFilter filter;
  bool each = false;
};

int say(int exit_code, const std::string& message) {
  std::fprintf(stderr, "assay dlq: %s\n", message.c_str());
  return exit_code;
}

int failed(const LetterError& error) {
  switch (error.kind) {
    case LetterError::Kind::unreachable:
      return say(ExitCode::unreachable, error.words);
    case LetterError::Kind::refused:
      return say(ExitCode::configuration, error.words);
    case LetterError::Kind::input_output:
      break;
  }
  return say(ExitCode::input_output, error.words);
}

int print_out(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? ExitCode::done
                                  : say(ExitCode::input_output, "cannot write to stdout");
}

std::int64_t wall_clock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Nothing: go on.
int complete_filter(Arguments& arguments) {
  auto& filter = arguments.filter;
  if (arguments.state == "resolved") filter.state = LetterFilter::State::resolved;
  if (arguments.state == "all") filter.state = LetterFilter::State::all;
  if (!arguments.since.empty()) {
    const auto since = parse_since(arguments.since, wall_clock());
    if (!since) return say(ExitCode::usage, "--since: " + since.error());
    filter.since = *since;
  }
  for (const auto& text : arguments.positions) {
    auto position = parse_position(text);
    if (!position) return say(ExitCode::usage, position.error());
    filter.positions.push_back(std::move(*position));
  }
  return ExitCode::done;
}

struct Opened {
  Config config;
  std::unique_ptr<LetterStore> store;
  std::vector<LetterCase> cases;  // that the filter takes
};

// What the filter takes of everything that is there.
int open(Arguments& arguments, Opened& opened) {
  if (const int code = complete_filter(arguments); code != ExitCode::done) return code;
  Diagnostics diagnostics;
  auto config = load_config(arguments.files, diagnostics);
  show(diagnostics, DiagnosticFormat::human, stderr);
  if (!config) return ExitCode::configuration;
  opened.config = std::move(*config);
  auto store = open_letter_store(opened.config);
  if (!store) return failed(store.error());
  opened.store = std::move(*store);
  LetterBox box;
  const auto read = opened.store->read([&](StoredNote note) { box.add(std::move(note)); });
  if (!read) return failed(read.error());
  if (box.strangers() > 0) {
    say(0, std::to_string(box.strangers()) + " records in " + opened.store->name() +
               " are no dead letters of ours and are passed over");
  }
  for (auto& one : std::move(box).cases()) {
    if (arguments.filter.takes(one)) opened.cases.push_back(std::move(one));
  }
  return ExitCode::done;
}

int list(Arguments& arguments) {
  Opened opened;
  if (const int code = open(arguments, opened); code != ExitCode::done) return code;
  if (arguments.format == "json") {
    return print_out(arguments.each ? json_of_each(opened.cases)
                                    : json_of_groups(group_letters(opened.cases)));
  }
  if (opened.cases.empty()) {
    return print_out("no dead letters in " + opened.store->name() +
                     (arguments.state == "all" ? "" : " are " + arguments.state) +
                     (arguments.filter.narrow() ? ", or the filters take none" : "") + "\n");
  }
  return print_out(arguments.each ? print_each(opened.cases)
                                  : print_groups(group_letters(opened.cases)));
}

int show_letters(Arguments& arguments) {
  Opened opened;
  if (const int code = open(arguments, opened); code != ExitCode::done) return code;
  if (opened.cases.empty()) {
    return say(ExitCode::failed, "no dead letter in " + opened.store->name() + " is about " +
                                     arguments.positions.front() +
                                     "; `assay dlq ls --each --state all` lists them");
  }
  if (arguments.format == "json") return print_out(json_of_letters(opened.cases));
  std::string text;
  for (const auto& one : opened.cases) {
    if (!text.empty()) text += "\n";
    text += print_letter(one, opened.store->name());
  }
  return print_out(text);
}

void add_filters(CLI::App& command, Arguments& arguments) {
  auto& filter = arguments.filter;
  command.add_option("--step", filter.step, "Only of this step of a chain, or `decode`");
  command.add_option("--code", filter.code, "Only with this code: 23514, missing_field");
  command.add_option("--reason", filter.reason, "Only with this text in the reason");
  command.add_option("--topic", filter.topic, "Only of records of this topic");
  command.add_option("--since", arguments.since,
                     "Only what failed since then: 2h (ago), 2026-11-26T12:00:00Z");
}

void add_format(CLI::App& command, Arguments& arguments) {
  command.add_option("--format", arguments.format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
}

using Action = int (*)(Arguments&);

}  // namespace

void add_dlq_command(CLI::App& app, int& exit_code) {
  CLI::App* dlq = app.add_subcommand("dlq", "List, show, put back and drop dead letters");
  dlq->require_subcommand(1);
  dlq->footer(kExample);
  const auto add = [&](const char* name, const char* what, Action action) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = dlq->add_subcommand(name, what);
    add_config_option(*command, arguments->files);
    command->footer(kExample);
    command->callback([arguments, action, &exit_code] { exit_code = action(*arguments); });
    return std::pair(command, arguments);
  };
  {
    const auto [command, arguments] =
        add("ls", "Group them by step, code and reason, with counts", &list);
    add_filters(*command, *arguments);
    command->add_flag("--each", arguments->each, "One line for each instead of groups");
    command->add_option("--state", arguments->state, "open, resolved or all")
        ->check(CLI::IsMember({"open", "resolved", "all"}))
        ->capture_default_str();
    add_format(*command, *arguments);
  }
  {
    const auto [command, arguments] =
        add("show", "Show the dead letters of one record in full", &show_letters);
    arguments->state = "all";
    command
        ->add_option("position", arguments->positions,
                     "PARTITION:OFFSET of the record, or TOPIC:PARTITION:OFFSET")
        ->required()
        ->expected(1);
    add_format(*command, *arguments);
  }
}

}  // namespace assay::host
