#include "host/demo/demo_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "host/commands/exit_code.hpp"
#include "host/demo/demo.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay demo
  assay demo --count 50000 --seed 7 --keep ./demo
  assay demo --fraud-rate 0
  assay demo --format json
  ./dev demo --real

--real starts the servers with the scripts kafka, postgres and smtp in the folder that the
environment's ASSAY_SERVERS names; in a checkout, `./dev demo --real` installs them and sets it.)";

struct Arguments {
  DemoOptions options;
  bool real = false;
  std::string format = "human";
};

int run(Arguments arguments) {
  arguments.options.json = arguments.format == "json";
  if (arguments.real) {
    const char* scripts = std::getenv("ASSAY_SERVERS");
    if (scripts == nullptr || *scripts == '\0') {
      std::fputs(
          "assay demo: --real needs a Kafka broker, PostgreSQL and an SMTP server: use `./dev demo "
          "--real`, which installs and starts them\n",
          stderr);
      return ExitCode::usage;
    }
    arguments.options.scripts = scripts;
  }
  return run_demo(arguments.options);
}

}  // namespace

void add_demo_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("demo", "Watch a simulated bank's transactions go through the engine");
  command->add_flag("--real", arguments->real,
                    "With a real Kafka broker, PostgreSQL and SMTP server on loopback");
  command->add_option("--count", arguments->options.transactions, "Transactions to produce")
      ->check(CLI::Range(1'000, 1'000'000))
      ->capture_default_str();
  command->add_option("--seed", arguments->options.seed, "The same seed makes the same bank")
      ->capture_default_str();
  command
      ->add_option("--fraud-rate", arguments->options.fraud_rate,
                   "Share of fraudulent transactions; 0 shows how many honest ones are flagged")
      ->check(CLI::Range(0.0, 0.5))
      ->capture_default_str();
  command
      ->add_option("--keep", arguments->options.folder,
                   "Empty folder to work in; otherwise a new temporary one")
      ->type_name("DIR");
  command->add_option("--format", arguments->format, "Of the report: human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

}  // namespace assay::host
