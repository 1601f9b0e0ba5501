#include "host/commands/cursor_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "host/commands/config_files.hpp"
#include "host/commands/configured_sink.hpp"
#include "host/commands/consent.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/table.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kCommand = "cursor";

constexpr const char* kExample = R"(Examples:
  assay cursor ls -c assay.yaml
  assay cursor set main.store 3 120000 -c assay.yaml --dry-run
  assay cursor forget main.store 3 -c assay.yaml --yes

A cursor says which record of a partition a step stores next; it stands in the step's own database.
`set` puts it elsewhere: further back, and records are stored a second time; further on, and those
between are never stored by that step. `forget` makes the step begin where the group's committed
offset says, or at the start of the log: after a move to another cluster. After a topic was made anew
`set` it to the log's start, for the group may have committed the old position again.
An engine that runs meanwhile is fenced from the partition, claims it anew and goes on from there.
They connect as `administrator` of the sink's configuration, or as its user where none is named.)";

constexpr DatabaseSink::Seconds kQuestion{30};

struct Arguments {
  std::vector<std::string> files;
  std::string sink;
  std::string format = "human";
  std::string step;
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = ASSAY_NO_OFFSET;  // forgets
  bool dry_run = false;
  bool yes = false;
};

// The lines of the sink; nothing where one is no cursor.
std::optional<std::vector<Json>> parse(const std::string& lines) {
  std::vector<Json> all;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    auto cursor = Json::parse(line, nullptr, false);
    if (!cursor.is_object() || !cursor.contains("step") || !cursor.contains("partition")) return {};
    all.push_back(std::move(cursor));
  }
  return all;
}

std::string word(const Json& cursor, const char* key) {
  const auto found = cursor.find(key);
  if (found == cursor.end() || found->is_null()) return "-";
  const auto text = found->is_string() ? found->get<std::string>() : found->dump();
  return text.empty() ? "-" : text;
}

int read(const DatabaseSink& sink, const std::string& group, std::vector<Json>& cursors) {
  const auto lines = sink.cursors(group, kQuestion);
  if (!lines) return failed(kCommand, sink, lines.error());
  auto parsed = parse(*lines);
  if (!parsed) {
    return say(kCommand, ExitCode::failed, "sink " + sink.id() + " answers something else");
  }
  cursors = std::move(*parsed);
  return ExitCode::done;
}

int list(const Arguments& arguments, const ConfiguredSink& sink) {
  const auto& group = sink.assembly->config().source.group;
  std::vector<Json> cursors;
  if (const int code = read(sink.tables, group, cursors); code != ExitCode::done) return code;
  if (arguments.format == "json") {
    const Json all{{"sink", sink.tables.id()}, {"group", group}, {"cursors", cursors}};
    return print_out(all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  if (cursors.empty()) {
    return print_out("sink " + sink.tables.id() + " has no cursor of the group " + group +
                     " yet: the engine makes them at its first start\n");
  }
  std::vector<std::vector<std::string>> rows{
      {"STEP", "TOPIC", "PARTITION", "NEXT", "EPOCH", "CLUSTER", "UPDATED"}};
  for (const auto& cursor : cursors) {
    rows.push_back({word(cursor, "step"), word(cursor, "topic"), word(cursor, "partition"),
                    word(cursor, "next_offset"), word(cursor, "epoch"), word(cursor, "cluster"),
                    word(cursor, "updated_at")});
  }
  return print_out(print_table(rows));
}

bool is_at(const Json& cursor, const Arguments& arguments, const std::string& topic) {
  return word(cursor, "step") == arguments.step && word(cursor, "topic") == topic &&
         word(cursor, "partition") == std::to_string(arguments.partition);
}

// Of what a person misspelt: the steps that there are.
std::string steps_of(const std::vector<Json>& cursors) {
  std::set<std::string> steps;
  for (const auto& cursor : cursors) steps.insert(word(cursor, "step"));
  std::string all;
  for (const auto& step : steps) all += (all.empty() ? "" : ", ") + step;
  return all;
}

std::string consequence(std::optional<std::int64_t> from, std::int64_t to) {
  const auto span = [](std::int64_t first, std::int64_t next) {
    return std::to_string(first) + " to " + std::to_string(next - 1);
  };
  if (to == ASSAY_NO_OFFSET) {
    return "the step then begins at the group's committed offset, or at the start of the log";
  }
  if (!from) return "what lies before is never stored by the step";
  if (to < *from) {
    return "records " + span(to, *from) +
           " are stored a second time, unless their rows are removed";
  }
  if (to > *from) return "records " + span(*from, to) + " are never stored by the step";
  return "it stands there already; its owner claims it anew";
}

int move(const Arguments& arguments, const ConfiguredSink& sink) {
  const auto& source = sink.assembly->config().source;
  const auto& topic = arguments.topic.empty() ? source.topic : arguments.topic;
  std::vector<Json> cursors;
  if (const int code = read(sink.tables, source.group, cursors); code != ExitCode::done) {
    return code;
  }
  const auto found = std::ranges::find_if(
      cursors, [&](const Json& cursor) { return is_at(cursor, arguments, topic); });
  if (found == cursors.end()) {
    return say(kCommand, ExitCode::usage,
               "sink " + sink.tables.id() + " has no cursor of step " + arguments.step +
                   ", topic " + topic + ", partition " + std::to_string(arguments.partition) +
                   (cursors.empty() ? "; it has none of the group " + source.group
                                    : "; there are cursors of: " + steps_of(cursors)) +
                   ". `assay cursor ls` lists them");
  }
  std::optional<std::int64_t> from;
  if (const auto& next = (*found)["next_offset"]; next.is_number_integer()) {
    from = next.get<std::int64_t>();
  }
  const auto target =
      arguments.offset == ASSAY_NO_OFFSET ? "nowhere" : std::to_string(arguments.offset);
  const auto change = "sink " + sink.tables.id() + ", step " + arguments.step + ", topic " + topic +
                      ", partition " + std::to_string(arguments.partition) + ": from " +
                      word(*found, "next_offset") + " to " + target + "; " +
                      consequence(from, arguments.offset);
  if (arguments.dry_run) return print_out(change + "\n");
  if (const int code = ask_consent("assay cursor", arguments.yes, change + ". Do that?");
      code != ExitCode::done) {
    return code;
  }
  const auto done = sink.tables.set_cursor(
      {source.group, arguments.step, topic, arguments.partition}, arguments.offset, kQuestion);
  return done ? print_out(change + "\n") : failed(kCommand, sink.tables, done.error());
}

using Action = int (*)(const Arguments&, const ConfiguredSink&);

int on_sink(const Arguments& arguments, Action action) {
  const auto sink = configured_sink(kCommand, arguments.files, arguments.sink);
  return sink ? action(arguments, *sink) : sink.error();
}

}  // namespace

void add_cursor_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* cursor =
      app.add_subcommand("cursor", "Show and move what transactional sinks store next");
  cursor->require_subcommand(1);
  cursor->footer(kExample);
  const auto add = [&](const char* name, const char* what, Action action) {
    CLI::App* command = cursor->add_subcommand(name, what);
    add_config_option(*command, arguments->files);
    command->add_option("--sink", arguments->sink,
                        "Id of the sink, where several of the configuration own tables");
    command->footer(kExample);
    command->callback([arguments, action, &exit_code] { exit_code = on_sink(*arguments, action); });
    return command;
  };
  const auto add_place = [&](CLI::App& command) {
    command.add_option("step", arguments->step, "Chain and step, such as main.store")->required();
    command.add_option("partition", arguments->partition, "Of the topic")
        ->required()
        ->check(CLI::NonNegativeNumber);
    command.add_option("--topic", arguments->topic, "By default the source's");
    command.add_flag("--dry-run", arguments->dry_run, "Only show what would be done");
    command.add_flag("--yes", arguments->yes, "Do not ask");
  };
  CLI::App* listing = add("ls", "List the cursors of the consumer group", &list);
  listing->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  CLI::App* setting = add("set", "Put a cursor elsewhere", &move);
  add_place(*setting);
  setting->add_option("offset", arguments->offset, "The record to store next")
      ->required()
      ->check(CLI::NonNegativeNumber);
  add_place(*add("forget", "Forget how far a step has come in a partition", &move));
}

}  // namespace assay::host
