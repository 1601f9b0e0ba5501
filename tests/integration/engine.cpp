#include "tests/integration/engine.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

std::vector<std::string> laid_over_ours(const std::map<std::string, std::string>& changed) {
  std::vector<std::string> all;
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string text = *one;
    if (!changed.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : changed) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

pid_t spawn(std::vector<std::string> arguments, const std::filesystem::path& input,
            const std::filesystem::path& output,
            const std::map<std::string, std::string>& environment) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  auto variables = laid_over_ours(environment);
  pid_t process = -1;
  const int failure = ::posix_spawnp(&process, arguments.front().c_str(), &actions, nullptr,
                                     pointers(arguments).data(), pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::system_error(failure, std::generic_category(), arguments.front());
  return process;
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Engine::Engine(const std::vector<std::filesystem::path>& files, std::filesystem::path log,
               const std::map<std::string, std::string>& environment)
    : log_(std::move(log)) {
  // Another one where it was broken on purpose: tests/mutations.
  const auto* other = std::getenv("ASSAY_ENGINE");
  std::vector<std::string> arguments{other ? other : ASSAY_BINARY, "run"};
  for (const auto& file : files) {
    arguments.emplace_back("-c");
    arguments.push_back(file);
  }
  process_ = spawn(std::move(arguments), "/dev/null", log_, environment);
}

Engine::~Engine() { kill(); }

bool Engine::reap(bool block) {
  if (gone_) return true;
  int status = 0;
  pid_t answer = 0;
  while ((answer = ::waitpid(process_, &status, block ? 0 : WNOHANG)) < 0 && errno == EINTR) {
  }
  if (answer != process_) return false;
  gone_ = true;
  code_ = code_of(status);
  return true;
}

bool Engine::running() { return !reap(false); }

void Engine::kill() {
  if (!running()) return;
  ::kill(process_, SIGKILL);
  reap(true);
}

void Engine::ask_to_stop() {
  if (running()) ::kill(process_, SIGTERM);
}

int Engine::wait() {
  return eventually([&] { return !running(); }) ? code_ : -1;
}

// Into its log.
void Engine::ask_status() const {
  const auto said = words();
  constexpr std::string_view where = "http://";
  const auto at = said.rfind(where);
  if (at == said.npos) return;
  const auto begin = at + where.size();
  const auto address = said.substr(begin, said.find_first_of(" \n", begin) - begin);
  std::ofstream(log_, std::ios::app)
      << "(patience is over) " << run_assay({"status", "--address", address}).words;
}

std::string Engine::words() const { return contents(log_); }

Ran run_program(const std::vector<std::string>& arguments, const std::string& input) {
  const TemporaryFolder folder;
  std::ofstream(folder / "input") << input;
  const auto process = spawn(arguments, folder / "input", folder / "output", {});
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return {code_of(status), contents(folder / "output")};
}

Ran run_assay(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), ASSAY_BINARY);
  return run_program(arguments);
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace assay::testing
