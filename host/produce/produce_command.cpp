#include "host/produce/produce_command.hpp"

#include <CLI/CLI.hpp>
#include <assay/file.hpp>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "host/produce/produce_summary.hpp"
#include "host/produce/producer.hpp"
#include "host/produce/progress_line.hpp"

namespace assay::host {
namespace {

constexpr int exit_done = 0;
constexpr int exit_usage = 2;
constexpr int exit_unreachable = 69;
constexpr int exit_input_output = 74;

constexpr std::size_t most_properties = 1 << 20;  // bytes

constexpr const char* example = R"(Examples:
  assay produce --bootstrap localhost:9092 --count 200000
  assay produce --clock live --rate 500 --count 30000
  assay produce --stdout --count 5 --seed 7
  assay produce --properties-file cloud.properties --bootstrap broker.example.com:9093

Secrets (sasl.password and the like) are read from --properties-file only.)";

// What the options were before they were judged.
struct Arguments {
  ProduceOptions options;
  std::vector<std::string> properties;
  std::string properties_file;
  std::string clock = "historical";
  std::string start;
  std::string keyed = "yes";
  std::string create_topics = "yes";
  std::string format = "human";
  std::string print;
};

int say(int exit_code, const std::string& message) {
  std::fprintf(stderr, "assay produce: %s\n", message.c_str());
  return exit_code;
}

int exit_code_of(ProduceError::Kind kind) {
  switch (kind) {
    case ProduceError::Kind::options:
      return exit_usage;
    case ProduceError::Kind::unreachable:
      return exit_unreachable;
    case ProduceError::Kind::rejected:
    case ProduceError::Kind::stopped:
      break;
  }
  return exit_input_output;
}

bool print_line(std::string_view line) {
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
         std::fputc('\n', stdout) != EOF;
}

int print_lines(const BankOptions& options, const std::string& what) {
  BankSimulator bank{options};
  bool written = true;
  if (what == "holders") {
    for (std::uint32_t i = 0; i < bank.customers() && written; ++i) {
      written = print_line(bank.holder(i));
    }
  } else {
    const bool labels = what == "labels";
    SimulatedTransaction transaction{};
    while (written && bank.next(transaction)) {
      if (!labels) {
        written = print_line(transaction.json);
      } else if (transaction.pattern) {
        written = print_line(transaction.label);
      }
    }
  }
  return written ? exit_done : exit_input_output;
}

int send(const Arguments& arguments) {
  ProgressLine line;
  const auto result =
      produce(arguments.options, [&](const ProduceProgress& progress) { line.show(progress); });
  line.finish();
  if (!result) return say(exit_code_of(result.error().kind), result.error().message);
  for (const std::string& warning : result->warnings) {
    std::fprintf(stderr, "assay produce: note: %s\n", warning.c_str());
  }
  const std::string summary = arguments.format == "json"
                                  ? json_summary(*result)
                                  : human_summary(arguments.options, *result);
  std::fputs(summary.c_str(), stdout);
  return exit_done;
}

// The file first, then single properties over it. An error is an exit code, already explained.
tl::expected<void, int> gather_properties(Arguments& arguments) {
  if (!arguments.properties_file.empty()) {
    const auto read = read_file(arguments.properties_file, most_properties, FileKind::stream);
    if (!read.fault.empty()) {
      return tl::unexpected{
          say(exit_input_output, "cannot read " + arguments.properties_file + ": " + read.fault)};
    }
    auto parsed = parse_properties(read.text, arguments.properties_file);
    if (!parsed) return tl::unexpected{say(exit_usage, parsed.error())};
    arguments.options.properties = std::move(*parsed);
  }
  for (const std::string& property : arguments.properties) {
    auto parsed = parse_properties(property, "--property");
    if (!parsed) return tl::unexpected{say(exit_usage, parsed.error())};
    for (auto& [name, value] : *parsed) {
      if (is_secret_property(name)) {
        return tl::unexpected{
            say(exit_usage, "'" + name +
                                "' is a secret, and a command line can be read by "
                                "every user: put it into --properties-file")};
      }
      arguments.options.properties[name] = std::move(value);
    }
  }
  return {};
}

int run(Arguments arguments) {
  ProduceOptions& options = arguments.options;
  options.clock = arguments.clock == "live" ? ProduceClock::live : ProduceClock::historical;
  options.keyed = arguments.keyed == "yes";
  options.create_topics = arguments.create_topics == "yes";
  if (!arguments.start.empty()) {
    if (options.clock == ProduceClock::live) {
      return say(exit_usage, "--start belongs to --clock historical; the live clock starts now");
    }
    const auto start = parse_start_time(arguments.start);
    if (!start) {
      return say(exit_usage, "--start '" + arguments.start +
                                 "' is no time; expected 2026-01-05, 2026-01-05T08:30:00Z or unix "
                                 "seconds");
    }
    options.bank.start = *start;
  }
  if (auto ok = gather_properties(arguments); !ok) return ok.error();
  if (arguments.print.empty()) return send(arguments);
  if (options.clock == ProduceClock::live) {
    return say(exit_usage, "--stdout prints at once and knows no live clock; leave --clock out");
  }
  return print_lines(options.bank, arguments.print);
}

// No range keeps `nan` out: it is neither below nor above anything.
std::string finite(const std::string& text) {
  double number = 0;
  const bool read = CLI::detail::lexical_cast(text, number);
  return read && std::isfinite(number) ? "" : "expected a number, got `" + text + "`";
}

void add_bank_options(CLI::App& command, Arguments& arguments) {
  BankOptions& bank = arguments.options.bank;
  command.add_option("--count", bank.transactions, "Transactions to produce, frauds included")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000'000}))
      ->capture_default_str();
  command
      .add_option("--customers", bank.customers,
                  "Account holders; 0 is one for twenty transactions, 100 to 100,000")
      ->check(CLI::Range(std::uint32_t{0}, std::uint32_t{10'000'000}))
      ->capture_default_str();
  command.add_option("--seed", bank.seed, "The same seed gives the same bytes")
      ->capture_default_str();
  command.add_option("--fraud-rate", bank.fraud_rate, "Share of transactions in a fraud, 0 to 0.5")
      ->check(CLI::Range(0.0, 0.5))
      ->check(finite)
      ->capture_default_str();
  command
      .add_option("--clock", arguments.clock,
                  "historical: event time from --start on; live: event time is now")
      ->check(CLI::IsMember({"historical", "live"}))
      ->capture_default_str();
  command.add_option("--start", arguments.start,
                     "First event time, UTC (historical clock) [2026-01-05]");
  command
      .add_option("--rate", arguments.options.records_per_second,
                  "Transactions a second; 0 is as fast as the broker takes them")
      ->check(CLI::Range(0.0, 1e7))
      ->check(finite)
      ->capture_default_str();
}

void add_kafka_options(CLI::App& command, Arguments& arguments) {
  ProduceOptions& options = arguments.options;
  command.add_option("--bootstrap", options.bootstrap, "Broker addresses, host:port,...")
      ->capture_default_str();
  command
      .add_option("-X,--property", arguments.properties,
                  "librdkafka property, name=value; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--properties-file", arguments.properties_file,
                     "File of librdkafka properties, name=value a line; the place for secrets");
  command.add_option("--topic", options.transactions_topic, "Topic of transactions")
      ->capture_default_str();
  command.add_option("--holders-topic", options.holders_topic, "Topic of account holders")
      ->capture_default_str();
  command.add_option("--labels-topic", options.labels_topic, "Topic of ground truth")
      ->capture_default_str();
  command.add_option("--keyed", arguments.keyed, "Key transactions by user_id")
      ->check(CLI::IsMember({"yes", "no"}))
      ->capture_default_str();
  command.add_option("--create-topics", arguments.create_topics, "Create topics that are missing")
      ->check(CLI::IsMember({"yes", "no"}))
      ->capture_default_str();
  command.add_option("--partitions", options.partitions, "Partitions of topics it creates")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command
      .add_option("--broker-retains-bytes", options.broker_retains_bytes,
                  "What the broker keeps in a partition; a plan over 60 % of it is refused; 0 "
                  "is all")
      ->capture_default_str();
}

}  // namespace

void add_produce_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "produce", "Simulate a bank: account holders, transactions and frauds into Kafka");
  add_bank_options(*command, *arguments);
  add_kafka_options(*command, *arguments);
  command
      ->add_option("--stdout", arguments->print,
                   "Print transactions, holders or labels as JSON lines instead of sending them")
      ->expected(0, 1)
      ->default_str("transactions")
      ->check(CLI::IsMember({"transactions", "holders", "labels"}));
  command->add_option("--format", arguments->format, "Of the summary: human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(example);
  command->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

std::optional<std::int64_t> parse_start_time(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc{} && end == text.data() + text.size()) {
    // Years 1970 to 2999: what Kafka and the calendar can hold without surprise.
    return seconds >= 0 && seconds < 32'503'680'000 ? std::optional{seconds} : std::nullopt;
  }
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int used = 0;
  const std::string whole{text};
  if (std::sscanf(whole.c_str(), "%4u-%2u-%2u%n", &year, &month, &day, &used) != 3) return {};
  if (static_cast<std::size_t>(used) != whole.size()) {
    const std::string clock = whole.substr(used);
    if (std::sscanf(clock.c_str(), "T%2u:%2u:%2uZ%n", &hour, &minute, &second, &used) != 3 ||
        static_cast<std::size_t>(used) != clock.size()) {
      return {};
    }
  }
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                            std::chrono::day{day}};
  if (!date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 59) return {};
  return sys_seconds{sys_days{date} + hours{hour} + minutes{minute} + std::chrono::seconds{second}}
      .time_since_epoch()
      .count();
}

tl::expected<std::map<std::string, std::string>, std::string> parse_properties(
    std::string_view text, std::string_view file_name) {
  const auto trimmed = [](std::string_view part) {
    constexpr std::string_view blank = " \t\r";
    const std::size_t first = part.find_first_not_of(blank);
    if (first == std::string_view::npos) return std::string_view{};
    return part.substr(first, part.find_last_not_of(blank) - first + 1);
  };
  std::map<std::string, std::string> properties;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t equals = line.find('=');
    const std::string_view name = trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) {
      return tl::unexpected{std::string{file_name} + ":" + std::to_string(number) +
                            ": expected name=value"};
    }
    properties[std::string{name}] = trimmed(line.substr(equals + 1));
  }
  return properties;
}

bool is_secret_property(std::string_view name) {
  for (const std::string_view part : {"password", "secret", "key.pem", "oauthbearer.config"}) {
    if (name.find(part) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace assay::host
