#include "host/commands/db_command.hpp"

#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/commands/config_files.hpp"
#include "host/commands/configured_sink.hpp"
#include "host/commands/consent.hpp"
#include "host/commands/exit_code.hpp"
#include "host/config/values.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay db status -c assay.yaml
  assay db print -c assay.yaml > tables.sql
  assay db migrate -c assay.yaml --dry-run
  assay db migrate -c assay.yaml --yes
  assay db maintain -c assay.yaml --ahead 60d --retention 400d

It connects as `administrator` of the sink's configuration, or as its user where none is named. What
changes the database shows the change and asks first, unless --yes is given.)";

constexpr const char* kCommand = "db";

constexpr DatabaseSink::Seconds kQuestion{10};
constexpr DatabaseSink::Seconds kChange{600};

struct Arguments {
  std::vector<std::string> files;
  std::string sink;
  std::int64_t from = 0;
  std::int64_t to = ASSAY_NEWEST;
  std::string ahead = "60d";
  std::string retention = "0";
  std::string format = "human";
  bool dry_run = false;
  bool yes = false;
};

int status(const Arguments& arguments, const DatabaseSink& sink) {
  const auto found = sink.status(kQuestion);
  if (!found) return failed(kCommand, sink, found.error());
  const bool fits = found->current >= found->oldest && found->current <= found->newest;
  char text[512];
  if (arguments.format == "json") {
    std::snprintf(text, sizeof text,
                  "{\"sink\":\"%s\",\"plugin\":\"%s\",\"version\":%" PRId64 ",\"oldest\":%" PRId64
                  ",\"newest\":%" PRId64 ",\"usable\":%s}\n",
                  sink.id().c_str(), sink.plugin().c_str(), found->current, found->oldest,
                  found->newest, fits ? "true" : "false");
  } else {
    std::snprintf(text, sizeof text,
                  "sink %s (%s): tables of version %" PRId64 "; this build works with %" PRId64
                  " to %" PRId64 "%s\n",
                  sink.id().c_str(), sink.plugin().c_str(), found->current, found->oldest,
                  found->newest,
                  found->current < found->newest ? "; run `assay db migrate`"
                  : fits                         ? ""
                                                 : "; use the build that made them");
  }
  const int written = print_out(text);
  return fits ? written : ExitCode::failed;
}

int print(const Arguments& arguments, const DatabaseSink& sink) {
  const auto statements = sink.print(arguments.from, arguments.to);
  return statements ? print_out(*statements) : failed(kCommand, sink, statements.error());
}

int migrate(const Arguments& arguments, const DatabaseSink& sink) {
  const auto found = sink.status(kQuestion);
  if (!found) return failed(kCommand, sink, found.error());
  const auto target = arguments.to == ASSAY_NEWEST ? found->newest : arguments.to;
  if (arguments.dry_run) {
    const auto statements = sink.print(found->current, target);
    return statements ? print_out(*statements) : failed(kCommand, sink, statements.error());
  }
  if (found->current < target) {
    const int answer =
        ask_consent("assay db", arguments.yes,
                    "sink " + sink.id() + ": bring the tables from version " +
                        std::to_string(found->current) + " to " + std::to_string(target) + "?");
    if (answer != ExitCode::done) return answer;
  }
  const auto done = sink.migrate(target, kChange);
  return done ? print_out(*done) : failed(kCommand, sink, done.error());
}

int maintain(const Arguments& arguments, const DatabaseSink& sink) {
  const auto ahead = parse_duration(arguments.ahead);
  const auto retention = parse_duration(arguments.retention);
  if (!ahead) return say(kCommand, ExitCode::usage, "--ahead: " + ahead.error());
  if (!retention) return say(kCommand, ExitCode::usage, "--retention: " + retention.error());
  DatabaseSink::Maintenance order{true, *ahead, *retention};
  if (!arguments.yes) {
    const auto plan = sink.maintain(order, kQuestion);
    if (!plan) return failed(kCommand, sink, plan.error());
    if (const int shown = print_out(*plan); shown != ExitCode::done) return shown;
    if (arguments.dry_run) return ExitCode::done;
    const int answer = ask_consent("assay db", arguments.yes, "sink " + sink.id() + ": do that?");
    if (answer != ExitCode::done) return answer;
  }
  order.dry_run = arguments.dry_run;
  const auto done = sink.maintain(order, kChange);
  return done ? print_out(*done) : failed(kCommand, sink, done.error());
}

using Action = int (*)(const Arguments&, const DatabaseSink&);

int on_sink(const Arguments& arguments, Action action) {
  const auto sink = configured_sink(kCommand, arguments.files, arguments.sink);
  return sink ? action(arguments, sink->tables) : sink.error();
}

}  // namespace

void add_db_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* db = app.add_subcommand("db", "Print, make, check and maintain the tables of a sink");
  db->require_subcommand(1);
  db->footer(kExample);
  const auto add = [&](const char* name, const char* what, Action action) {
    CLI::App* command = db->add_subcommand(name, what);
    add_config_option(*command, arguments->files);
    command->add_option("--sink", arguments->sink,
                        "Id of the sink, where several of the configuration own tables");
    command->footer(kExample);
    command->callback([arguments, action, &exit_code] { exit_code = on_sink(*arguments, action); });
    return command;
  };
  const auto add_consent = [&](CLI::App& command) {
    command.add_flag("--dry-run", arguments->dry_run, "Only show what would be done");
    command.add_flag("--yes", arguments->yes, "Do not ask");
  };

  CLI::App* printing = add("print", "Print the statements that make the tables", &print);
  printing->add_option("--from", arguments->from, "Version to begin behind; 0 is no tables at all")
      ->capture_default_str();
  printing->add_option("--to", arguments->to, "Last version; -1 is the newest")
      ->capture_default_str();
  CLI::App* migrating = add("migrate", "Bring the tables to the newest version", &migrate);
  migrating->add_option("--to", arguments->to, "Stop at this version; -1 is the newest")
      ->capture_default_str();
  add_consent(*migrating);
  CLI::App* asking = add("status", "Say which version the tables have", &status);
  asking->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  CLI::App* maintaining = add(
      "maintain", "Make the next partitions, detach what is older than the retention", &maintain);
  maintaining->add_option("--ahead", arguments->ahead, "How far from now partitions are made")
      ->capture_default_str();
  maintaining
      ->add_option("--retention", arguments->retention,
                   "What ended longer ago is detached (never dropped); 0 keeps all")
      ->capture_default_str();
  add_consent(*maintaining);
}

}  // namespace assay::host
