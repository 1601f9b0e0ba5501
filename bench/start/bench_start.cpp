// From the start of a process to its first decision: configuration, plugins, ten thousand holders,
// the group's answer, the first fetch. Messages wait in the topic; each start is a fresh group with
// a static member.
//
// The program starts itself anew for each round, with the configuration as its one argument; the
// child tells the first decision by a line on its standard output.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/support/clocks.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/running_engine.hpp"
#include "bench/support/topic.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;

constexpr const char* kChild = "--until-first-decision";

const std::string kSinks =
    "sinks: { alerts: { use: bench_sink } }\n"
    "chains: { main: { alert: { sink: alerts, required: true } } }\n";

int run_child(const char* configuration) {
  bench::Deployment deployment(configuration);
  const bench::RunningEngine engine(deployment.assembly());
  engine.wait_for([](const auto& status) {
    return status.decisions[0] + status.decisions[1] + status.decisions[2] > 0;
  });
  std::puts("decided");
  std::fflush(stdout);
  return 0;
}

// Seconds until the child has told its first decision.
double start(const std::string& configuration) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string self = "/proc/self/exe";
  std::string option = kChild;
  std::string argument = configuration;
  char* const arguments[] = {self.data(), option.data(), argument.data(), nullptr};
  pid_t child = 0;
  const auto began = bench::elapsed();
  if (::posix_spawn(&child, self.c_str(), &actions, nullptr, arguments, environ) != 0) std::abort();
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  char first = 0;
  const auto told = ::read(ends[0], &first, 1);
  const auto took = bench::elapsed() - began;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (told != 1 || status != 0) {
    std::fputs("the engine did not decide anything\n", stderr);
    std::exit(1);
  }
  return took;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == kChild) return run_child(argv[2]);
  bench::Figures figures("start", argc, argv);
  const assay::testing::KafkaServer kafka;
  const assay::testing::TemporaryFolder folder;
  bench::fill(kafka.address(), "transactions", 10'000, bench::Kind::quiet);
  std::vector<double> seconds;
  const auto rounds = figures.rounds(9);
  for (int i = 0; i <= rounds; ++i) {
    const auto group = "start-" + std::to_string(i);
    const auto took = start(bench::write_configuration({.folder = folder.path(),
                                                        .bootstrap = kafka.address(),
                                                        .group = group,
                                                        .member = group,
                                                        .sinks = kSinks}));
    if (i > 0) seconds.push_back(took);  // the first finds a cold broker
  }
  figures.add({"first_decision", "s", std::move(seconds), {}, bench::at_most(1)});
  return figures.print();
}
