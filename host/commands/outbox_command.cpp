#include "host/commands/outbox_command.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/commands/config_files.hpp"
#include "host/commands/configured_sink.hpp"
#include "host/commands/consent.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/outbox_groups.hpp"

namespace assay::host {
namespace {

constexpr const char* kCommand = "outbox";

constexpr const char* kExample = R"(Examples:
  assay outbox ls -c assay.yaml
  assay outbox ls -c assay.yaml --state dead --format json
  assay outbox retry -c assay.yaml --step main.alert --code 550 --dry-run
  assay outbox retry -c assay.yaml --code 550 --yes
  assay outbox drop -c assay.yaml --code ambiguous --yes

An outbox holds what deferred steps have yet to deliver: pending, sending, sent (for as long as
`outbox.keep`), or dead, which no further try would deliver. `retry` makes dead records pending
again; `drop` deletes dead ones, or with --state pending those that wait. Both say what they would
do and ask first. The engine may run meanwhile. They connect as `administrator` of the sink's
configuration, or as its user where none is named.)";

constexpr DatabaseSink::Seconds kQuestion{30};

struct Arguments {
  std::vector<std::string> files;
  std::string sink;
  std::string format = "human";
  DatabaseSink::OutboxChoice choice;
  bool dry_run = false;
  bool yes = false;
};

std::string records(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

// What is meant, as groups. ExitCode::done: go on.
int look(const Arguments& arguments, const ConfiguredSink& sink, std::vector<OutboxGroup>& groups) {
  const auto lines = sink.tables.outbox(arguments.choice, kQuestion);
  if (!lines) return failed(kCommand, sink.tables, lines.error());
  auto read = outbox_groups(*lines);
  if (!read) {
    return say(kCommand, ExitCode::failed, "sink " + sink.tables.id() + " answers something else");
  }
  groups = std::move(*read);
  return ExitCode::done;
}

int list(Arguments& arguments, const ConfiguredSink& sink) {
  std::vector<OutboxGroup> groups;
  if (const int code = look(arguments, sink, groups); code != ExitCode::done) return code;
  if (arguments.format == "json") return print_out(json_of_outbox(groups));
  if (groups.empty()) {
    return print_out("the outbox of sink " + sink.tables.id() + " has no such record\n");
  }
  return print_out(print_outbox(groups));
}

// How a command changes what is meant, and how it says so.
struct Change {
  tl::expected<std::uint64_t, std::string> (DatabaseSink::*make)(const DatabaseSink::OutboxChoice&,
                                                                 DatabaseSink::Seconds) const;
  const char* question;
  const char* done;
  const char* key;
};

int change(const Arguments& arguments, const ConfiguredSink& sink, const Change& how) {
  std::vector<OutboxGroup> groups;
  if (const int code = look(arguments, sink, groups); code != ExitCode::done) return code;
  const bool json = arguments.format == "json";
  if (arguments.dry_run) {
    return print_out(json ? json_of_outbox(groups) : print_outbox(groups));
  }
  auto meant = count_of(groups);
  if (arguments.choice.limit > 0) meant = std::min<std::uint64_t>(meant, arguments.choice.limit);
  const auto tell = [&](std::uint64_t count) {
    return print_out(json ? std::string("{\"") + how.key + "\": " + std::to_string(count) + "}\n"
                          : records(count) + " " + how.done + "\n");
  };
  if (meant == 0) return tell(0);
  if (!arguments.yes) std::fputs(print_outbox(groups).c_str(), stderr);
  if (const int code =
          ask_consent("assay outbox", arguments.yes, how.question + (" " + records(meant)) + "?");
      code != ExitCode::done) {
    return code;
  }
  const auto changed = (sink.tables.*how.make)(arguments.choice, kQuestion);
  return changed ? tell(*changed) : failed(kCommand, sink.tables, changed.error());
}

int retry(Arguments& arguments, const ConfiguredSink& sink) {
  arguments.choice.state = "dead";
  return change(arguments, sink,
                {&DatabaseSink::retry_outbox, "try again to deliver", "pending again", "retried"});
}

int drop(Arguments& arguments, const ConfiguredSink& sink) {
  return change(
      arguments, sink,
      {&DatabaseSink::drop_from_outbox, "delete, without delivering them,", "dropped", "dropped"});
}

using Action = int (*)(Arguments&, const ConfiguredSink&);

int on_sink(Arguments& arguments, Action action) {
  const auto sink = configured_sink(kCommand, arguments.files, arguments.sink);
  if (!sink) return sink.error();
  arguments.choice.group = sink->config->source.group;
  return action(arguments, *sink);
}

void add_filters(CLI::App& command, Arguments& arguments) {
  command.add_option("--step", arguments.choice.step, "Only of this step: main.alert");
  command.add_option("--code", arguments.choice.code, "Only with this code: 550, ambiguous");
  command.add_option("--reason", arguments.choice.reason, "Only with this text in the reason");
}

void add_change(CLI::App& command, Arguments& arguments) {
  add_filters(command, arguments);
  command.add_option("--limit", arguments.choice.limit, "No more than that many; 0 is all")
      ->capture_default_str();
  command.add_flag("--dry-run", arguments.dry_run, "Only show what would be done");
  command.add_flag("--yes", arguments.yes, "Do not ask");
}

}  // namespace

void add_outbox_command(CLI::App& app, int& exit_code) {
  CLI::App* outbox =
      app.add_subcommand("outbox", "List, retry and drop what deferred steps have to deliver");
  outbox->require_subcommand(1);
  outbox->footer(kExample);
  const auto add = [&](const char* name, const char* what, Action action) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = outbox->add_subcommand(name, what);
    add_config_option(*command, arguments->files);
    command->add_option("--sink", arguments->sink,
                        "Id of the sink, where several of the configuration own tables");
    command->add_option("--format", arguments->format, "human or json")
        ->check(CLI::IsMember({"human", "json"}))
        ->capture_default_str();
    command->footer(kExample);
    command->callback([arguments, action, &exit_code] { exit_code = on_sink(*arguments, action); });
    return std::pair(command, arguments);
  };
  {
    const auto [command, arguments] =
        add("ls", "Group records by step, state, code and reason, with counts", &list);
    add_filters(*command, *arguments);
    command->add_option("--state", arguments->choice.state, "pending, sending, sent or dead")
        ->check(CLI::IsMember({"pending", "sending", "sent", "dead"}));
  }
  {
    const auto [command, arguments] = add("retry", "Make dead records pending again", &retry);
    add_change(*command, *arguments);
  }
  {
    const auto [command, arguments] =
        add("drop", "Delete records that are not to be delivered", &drop);
    add_change(*command, *arguments);
    arguments->choice.state = "dead";
    command->add_option("--state", arguments->choice.state, "dead or pending")
        ->check(CLI::IsMember({"dead", "pending"}))
        ->capture_default_str();
  }
}

}  // namespace assay::host
