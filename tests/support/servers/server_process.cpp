#include "tests/support/servers/server_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace assay::testing {
namespace {

struct Child {
  pid_t process;
  int input;   // the write end of its standard input
  int output;  // the read end of its standard output
};

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  return ends;
}

Child spawn(const std::string& script, const std::vector<std::string>& arguments) {
  std::string path = std::string(ASSAY_TEST_SERVERS) + "/" + script;
  std::vector<char*> argv{path.data()};
  std::vector<std::string> copies = arguments;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);

  const auto input = make_pipe();
  const auto output = make_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  // A test that blocks or ignores signals must not make its servers deaf.
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  ::sigemptyset(&none);
  sigset_t usual;
  ::sigemptyset(&usual);
  for (const int number : {SIGTERM, SIGINT, SIGPIPE}) ::sigaddset(&usual, number);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &usual);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  Child child{-1, input[1], output[0]};
  const int failure =
      ::posix_spawn(&child.process, path.c_str(), &actions, &attributes, argv.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(input[0]);
  ::close(output[1]);
  if (failure != 0) {
    ::close(child.input);
    ::close(child.output);
    throw std::system_error(failure, std::generic_category(), path);
  }
  return child;
}

// The scripts bound their own start, so the first line or the end of the output always comes.
std::string first_line(int output) {
  std::string line;
  char letter = 0;
  while (true) {
    const ssize_t got = ::read(output, &letter, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || letter == '\n') return line;
    line += letter;
  }
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

ServerProcess::ServerProcess(std::string script, std::vector<std::string> options)
    : script_(std::move(script)), options_(std::move(options)) {
  start_again();
}

ServerProcess::~ServerProcess() { stop(); }

void ServerProcess::start_again() {
  if (running()) throw std::logic_error(script_ + " is running");
  std::vector<std::string> arguments{"start", folder_.path()};
  arguments.insert(arguments.end(), options_.begin(), options_.end());
  const Child child = spawn(script_, arguments);
  process_ = child.process;
  lifeline_ = child.input;
  const std::string line = first_line(child.output);
  ::close(child.output);
  const auto facts = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!facts.is_object()) {
    stop();
    throw std::runtime_error(script_ + " did not start; its reason is on standard error");
  }
  facts_ = facts.get<std::map<std::string, std::string>>();
}

void ServerProcess::stop() {
  if (!running()) return;
  ::kill(process_, SIGTERM);
  wait_until_gone();
}

void ServerProcess::kill() {
  if (!running()) return;
  // Only the server: its script then waits for what the server leaves behind, and ends.
  ::kill(std::stoi(fact("pid")), SIGKILL);
  wait_until_gone();
}

void ServerProcess::wait_until_gone() {
  wait_for(process_);
  ::close(std::exchange(lifeline_, -1));
  process_ = -1;
}

std::optional<std::string> ServerProcess::unavailable(const std::string& script) {
  const Child child = spawn(script, {"check"});
  ::close(child.input);
  std::string reason = first_line(child.output);
  ::close(child.output);
  if (wait_for(child.process) == 0) return std::nullopt;
  return reason.empty() ? script + " check failed" : reason;
}

void ServerProcess::carry_out(const std::string& script, const std::vector<std::string>& arguments,
                              const std::string& input) {
  const Child child = spawn(script, arguments);
  const bool heard = ::write(child.input, input.data(), input.size()) ==
                     static_cast<ssize_t>(input.size());  // of a few bytes: at once
  ::close(child.input);
  ::close(child.output);
  if (wait_for(child.process) != 0 || !heard) {
    throw std::runtime_error(script + " " + arguments.front() + " failed");
  }
}

}  // namespace assay::testing
