#include "host/commands/status_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/status_text.hpp"
#include "host/config/values.hpp"
#include "host/observe/client.hpp"

namespace assay::host {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* kExample = R"(Examples:
  assay status
  assay status -c assay.yaml --format json
  assay status --address 10.0.0.7:9464 --wait ready --timeout 5m

Asks the endpoint at `observe.listen`, by default 127.0.0.1:9464. Ends with 0 when the engine is
ready, 1 when it is not, 69 when nobody answers. Where a token is needed, name the configuration that
holds it.)";

constexpr milliseconds kPatience{5'000};
constexpr milliseconds kAskAgain{250};
constexpr milliseconds kTellAgain{10'000};

struct Arguments {
  std::vector<std::string> files;
  std::string address;
  std::string wait;
  std::string timeout = "60s";
  std::string format = "human";
};

// Where to ask; nothing: what is wrong was said.
std::optional<ObserveConfig> place_of(const Arguments& arguments) {
  ObserveConfig at;
  if (!arguments.files.empty()) {
    Diagnostics diagnostics;
    const auto config = load_config(arguments.files, diagnostics);
    if (!config) {
      show(diagnostics, DiagnosticFormat::human, stderr);
      return std::nullopt;
    }
    at = config->observe;
  }
  if (!arguments.address.empty()) at.listen = parse_listen(arguments.address).value();
  if (at.listen.on) return at;
  std::fputs("assay status: `observe.listen` is off: there is nobody to ask\n", stderr);
  return std::nullopt;
}

int ready_or_not(const Answer& answer) {
  return answer.status == 200 ? ExitCode::done : ExitCode::failed;
}

// Without the token the endpoint tells no more than that.
int print_short(const Answer& readiness, const Arguments& arguments) {
  const bool ready = readiness.status == 200;
  if (arguments.format == "json") {
    std::puts(ready ? R"({"ready": true})" : R"({"ready": false})");
  } else {
    std::puts(ready ? "ready" : "not ready; more is told to who brings the token");
  }
  return ready_or_not(readiness);
}

int print(const Answer& status, const Arguments& arguments) {
  const auto json = nlohmann::ordered_json::parse(status.body, nullptr, false);
  if (status.status != 200 || !json.is_object() || !json.contains("ready")) {
    std::fprintf(stderr, "assay status: what answers there is no engine (HTTP %d)\n",
                 status.status);
    return ExitCode::unreachable;
  }
  const auto text = arguments.format == "json" ? status.body : status_text(json);
  std::fputs(text.c_str(), stdout);
  return json["ready"] == true ? ExitCode::done : ExitCode::failed;
}

// Asks until it is ready or the time is over; then whatever was answered last counts.
tl::expected<Answer, std::string> wait_until_ready(const ObserveConfig& at, milliseconds timeout) {
  const auto begin = Clock::now();
  auto tell = begin + kTellAgain;
  for (;;) {
    auto answer = ask_endpoint(at, "/readyz", kPatience);
    const auto now = Clock::now();
    if ((answer && answer->status == 200) || now - begin >= timeout) return answer;
    if (now >= tell) {
      tell = now + kTellAgain;
      std::fprintf(stderr, "assay status: not ready yet: %s\n",
                   answer ? first_reason(answer->body).c_str() : answer.error().c_str());
    }
    std::this_thread::sleep_for(kAskAgain);
  }
}

int look(const Arguments& arguments) {
  const auto at = place_of(arguments);
  if (!at) return ExitCode::configuration;
  const auto timeout = arguments.wait.empty()
                           ? milliseconds{0}
                           : std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(
                                 parse_duration(arguments.timeout).value()));
  const auto readiness = wait_until_ready(*at, timeout);
  const auto status = readiness ? ask_endpoint(*at, "/status", kPatience) : readiness;
  if (!status) {
    std::fprintf(stderr, "assay status: nobody answers at %s:%u: %s\n", at->listen.host.c_str(),
                 at->listen.port, status.error().c_str());
    return ExitCode::unreachable;
  }
  return status->status == 401 ? print_short(*readiness, arguments) : print(*status, arguments);
}

}  // namespace

void add_status_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("status", "Say how a running engine stands");
  command
      ->add_option("-c,--config", arguments->files,
                   "the configuration file that it runs with; again for files that lie over it")
      ->type_name("FILE");
  command->add_option("--address", arguments->address, "where its endpoint listens")
      ->type_name("HOST:PORT")
      ->check([](const std::string& text) {
        const auto parsed = parse_listen(text);
        if (parsed && parsed->on) return std::string{};
        return parsed ? "`off` is no address" : parsed.error();
      });
  command->add_option("--wait", arguments->wait, "wait until it is: ready")
      ->check(CLI::IsMember({"ready"}));
  command->add_option("--timeout", arguments->timeout, "of the wait, such as 5m")
      ->capture_default_str()
      ->check([](const std::string& text) {
        const auto parsed = parse_duration(text);
        return parsed ? std::string{} : parsed.error();
      });
  command->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = look(*arguments); });
}

}  // namespace assay::host
