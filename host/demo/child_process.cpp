#include "host/demo/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

namespace assay::host {
namespace {

constexpr std::chrono::seconds kStop{35};  // the servers give themselves 30
constexpr std::chrono::milliseconds kLook{20};

// Between fork and exec: only what is allowed in the child of a program with threads.
[[noreturn]] void become(char* const* arguments, pid_t parent, int input, int output, int log) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  ::setpgid(0, 0);
  if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || ::getppid() != parent) ::_exit(127);
  if (::dup2(input, STDIN_FILENO) < 0 || ::dup2(output, STDOUT_FILENO) < 0 ||
      ::dup2(log, STDERR_FILENO) < 0) {
    ::_exit(127);
  }
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

void close_all(std::initializer_list<int> files) {
  for (const int file : files) {
    if (file >= 0) ::close(file);
  }
}

}  // namespace

tl::expected<ChildProcess, std::string> ChildProcess::start(const std::vector<std::string>& command,
                                                            const std::string& log_file) {
  ChildProcess child(std::filesystem::path(command.front()).filename(), log_file);
  int input[2] = {-1, -1};
  int output[2] = {-1, -1};
  const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const auto parent = ::getpid();
  const bool piped = log >= 0 && ::pipe2(input, O_CLOEXEC) == 0 && ::pipe2(output, O_CLOEXEC) == 0;
  child.process_ = piped ? ::fork() : -1;
  if (child.process_ == 0) become(arguments.data(), parent, input[0], output[1], log);
  const auto reason = std::string(std::strerror(errno));
  close_all({input[0], output[1], log});
  child.input_ = input[1];
  child.output_ = output[0];
  if (child.process_ < 0) return tl::unexpected("cannot start " + command.front() + ": " + reason);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : name_(std::move(other.name_)),
      log_file_(std::move(other.log_file_)),
      process_(std::exchange(other.process_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)) {}

tl::expected<std::string, std::string> ChildProcess::first_line(std::chrono::seconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::string line;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    pollfd wait{output_, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(left.count())) <= 0) continue;
    char letter = 0;
    const auto got = ::read(output_, &letter, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (letter == '\n') return line;
    line += letter;
  }
  return tl::unexpected(name_ + " did not start; its reason is in " + log_file_);
}

void ChildProcess::stop() {
  if (process_ > 0) {
    ::kill(process_, SIGTERM);
    close_all({std::exchange(input_, -1)});
    const auto deadline = std::chrono::steady_clock::now() + kStop;
    while (::waitpid(process_, nullptr, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > deadline) ::kill(process_, SIGKILL);
      std::this_thread::sleep_for(kLook);
    }
    process_ = -1;
  }
  close_all({std::exchange(input_, -1), std::exchange(output_, -1)});
}

}  // namespace assay::host
