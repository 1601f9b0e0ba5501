#include "host/commands/dlq_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "host/commands/config_files.hpp"
#include "host/commands/dlq_change.hpp"
#include "host/commands/dlq_letters.hpp"
#include "host/commands/dlq_report.hpp"
#include "host/commands/exit_code.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay dlq ls -c assay.yaml
  assay dlq ls -c assay.yaml --each --code 23514 --since 2h
  assay dlq show 3:1042 -c assay.yaml
  assay dlq redrive -c assay.yaml --code 23514 --dry-run
  assay dlq redrive -c assay.yaml --code 23514 --yes
  assay dlq drop -c assay.yaml --step decode --note "test data" --yes

They read the place that `dead_letters` of the configuration names, to the end that it has now; the
engine may run meanwhile. A step of `decode` stands for records that did not become transactions.
`redrive` and `drop` say what they would do and ask first; what they did is noted in the same place,
and `ls` shows what is still open.)";

int list(DlqArguments& arguments) {
  DlqLetters opened;
  if (const int code = open_dlq(arguments, opened); code != ExitCode::done) return code;
  if (arguments.format == "json") {
    return print_dlq(arguments.each ? json_of_each(opened.cases)
                                    : json_of_groups(group_letters(opened.cases)));
  }
  if (opened.cases.empty()) {
    return print_dlq("no dead letters in " + opened.store->name() +
                     (arguments.state == "all" ? "" : " are " + arguments.state) +
                     (arguments.filter.narrow() ? ", or the filters take none" : "") + "\n");
  }
  return print_dlq(arguments.each ? print_each(opened.cases)
                                  : print_groups(group_letters(opened.cases)));
}

int show_letters(DlqArguments& arguments) {
  DlqLetters opened;
  if (const int code = open_dlq(arguments, opened); code != ExitCode::done) return code;
  if (opened.cases.empty()) {
    return say_dlq(ExitCode::failed, "no dead letter in " + opened.store->name() + " is about " +
                                         arguments.positions.front() +
                                         "; `assay dlq ls --each --state all` lists them");
  }
  if (arguments.format == "json") return print_dlq(json_of_letters(opened.cases));
  std::string text;
  for (const auto& one : opened.cases) {
    if (!text.empty()) text += "\n";
    text += print_letter(one, opened.store->name());
  }
  return print_dlq(text);
}

void add_filters(CLI::App& command, DlqArguments& arguments) {
  auto& filter = arguments.filter;
  command.add_option("--step", filter.step, "Only of this step of a chain, or `decode`");
  command.add_option("--code", filter.code, "Only with this code: 23514, missing_field");
  command.add_option("--reason", filter.reason, "Only with this text in the reason");
  command.add_option("--topic", filter.topic, "Only of records of this topic");
  command.add_option("--since", arguments.since,
                     "Only what failed since then: 2h (ago), 2026-11-26T12:00:00Z");
}

void add_format(CLI::App& command, DlqArguments& arguments) {
  command.add_option("--format", arguments.format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
}

void add_choice(CLI::App& command, DlqArguments& arguments) {
  add_filters(command, arguments);
  command
      .add_option(
          "--position", arguments.positions,
          "Only of this record: PARTITION:OFFSET, or TOPIC:PARTITION:OFFSET; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--limit", arguments.limit, "No more than that many; 0 is all")
      ->capture_default_str();
  command.add_flag("--dry-run", arguments.dry_run, "Only show what would be done");
  command.add_flag("--yes", arguments.yes, "Do not ask");
  add_format(command, arguments);
}

using Action = int (*)(DlqArguments&);

}  // namespace

void add_dlq_command(CLI::App& app, int& exit_code) {
  CLI::App* dlq = app.add_subcommand("dlq", "List, show, put back and drop dead letters");
  dlq->require_subcommand(1);
  dlq->footer(kExample);
  const auto add = [&](const char* name, const char* what, Action action) {
    auto arguments = std::make_shared<DlqArguments>();
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
  {
    const auto [command, arguments] =
        add("redrive", "Put records back into their topic, for the step that could not take them",
            &redrive_letters);
    add_choice(*command, *arguments);
    command->add_flag("--force", arguments->force,
                      "Even what failed again after each of several attempts");
  }
  {
    const auto [command, arguments] =
        add("drop", "Mark them as dealt with: nothing is put back", &drop_letters);
    add_choice(*command, *arguments);
    command->add_option("--note", arguments->note, "Why, in your own words; it is kept");
  }
}

}  // namespace assay::host
