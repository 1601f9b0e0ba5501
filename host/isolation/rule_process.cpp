#include "host/isolation/rule_process.hpp"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

// In glibc 2.36 it does not say that it is C.
extern "C" {
#include <sys/pidfd.h>
}

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "host/isolation/places.hpp"
#include "host/isolation/shared_memory.hpp"

namespace assay::host {
namespace {

constexpr const char* kProgram = "assay-rule";
constexpr int kSandboxRefused = 78;  // as the program says it
constexpr int kAboveTheirs = 16;     // files of ours that are handed on lie there meanwhile

// Kept open from its first use on: a package that replaces the program does not mix two releases.
int program_file() {
  static const int file = [] {
    std::error_code failure;
    const auto binary = std::filesystem::read_symlink("/proc/self/exe", failure);
    const auto folder = binary.parent_path();
    for (const auto& place : {folder / kProgram, folder.parent_path() / "lib/assay" / kProgram}) {
      if (const int found = ::open(place.c_str(), O_PATH | O_CLOEXEC); found >= 0) return found;
    }
    return -1;
  }();
  return file;
}

class Actions {
 public:
  Actions() { ::posix_spawn_file_actions_init(&actions_); }
  ~Actions() {
    ::posix_spawn_file_actions_destroy(&actions_);
    for (const int file : copies_) {
      if (file >= 0) ::close(file);
    }
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  // Copied out of the way first: a file's own number may be another one's place.
  void give(int file, int place) {
    const int copy = ::fcntl(file, F_DUPFD_CLOEXEC, kAboveTheirs);
    copies_[used_++] = copy;
    ::posix_spawn_file_actions_adddup2(&actions_, copy, place);
  }
  void nothing(int place) {
    ::posix_spawn_file_actions_addopen(&actions_, place, "/dev/null", O_RDWR, 0);
  }
  void close_the_rest() { ::posix_spawn_file_actions_addclosefrom_np(&actions_, kFirstOther); }
  [[nodiscard]] const posix_spawn_file_actions_t* c() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
  std::array<int, 8> copies_{-1, -1, -1, -1, -1, -1, -1, -1};
  std::size_t used_ = 0;
};

// A group of its own: Ctrl-C is for us, and we end it in order.
class Attributes {
 public:
  Attributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    ::sigemptyset(&none);
    sigset_t all;
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] const posix_spawnattr_t* c() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

std::string signal_name(int number) {
  const char* name = ::sigabbrev_np(number);
  return name ? std::string("SIG") + name : "signal " + std::to_string(number);
}

std::string call_name(int number) {
  char* const name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
  std::string words = name ? name : "system call " + std::to_string(number);
  std::free(name);
  return words;
}

}  // namespace

tl::expected<std::unique_ptr<RuleProcess>, std::string> RuleProcess::start(const Order& order) {
  if (program_file() < 0) {
    return tl::unexpected("the program `" + std::string(kProgram) +
                          "`, which runs it, is neither beside `assay` nor in `../lib/assay`");
  }
  auto papers = SharedMemory::make("assay papers", order.papers.size(), SharedMemory::Others::read);
  if (!papers) return tl::unexpected(papers.error());
  std::memcpy(papers->bytes().data(), order.papers.data(), order.papers.size());
  auto engine = EngineEnd::make(order.spin);
  if (!engine) return tl::unexpected(engine.error());
  auto process = std::unique_ptr<RuleProcess>(new RuleProcess(std::move(*engine)));

  Actions files;
  for (const int place : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) files.nothing(place);
  files.give(process->engine_.question_file(), kQuestionFile);
  files.give(process->engine_.answer_file(), kAnswerFile);
  files.give(order.library, kLibraryFile);
  files.give(papers->file(), kPapersFile);
  files.give(program_file(), kProgramFile);
  files.close_the_rest();
  const Attributes attributes;
  std::string program = kProgram;
  std::string name = order.name;
  std::string parent = std::to_string(::getpid());
  char* const arguments[] = {program.data(), name.data(), parent.data(), nullptr};
  char* const environment[] = {nullptr};
  const auto path = "/proc/self/fd/" + std::to_string(kProgramFile);
  pid_t id = -1;
  const int failed =
      ::posix_spawn(&id, path.c_str(), files.c(), attributes.c(), arguments, environment);
  if (failed != 0) {
    return tl::unexpected(std::string("its process cannot be started: ") + std::strerror(failed));
  }
  process->id_ = id;
  process->handle_ = ::pidfd_open(id, 0);
  if (process->handle_ < 0) {
    const std::string why = std::strerror(errno);
    ::kill(id, SIGKILL);
    ::waitpid(id, nullptr, 0);
    return tl::unexpected("its process cannot be watched: " + why);
  }
  return process;
}

RuleProcess::~RuleProcess() {
  if (handle_ < 0) return;
  if (ending().empty()) {
    ::pidfd_send_signal(handle_, SIGKILL, nullptr, 0);
    siginfo_t how{};
    ::waitid(P_PIDFD, static_cast<id_t>(handle_), &how, WEXITED);
  }
  ::close(handle_);
}

void RuleProcess::end(std::string why) {
  {
    const std::lock_guard lock(mutex_);
    if (!ending_.empty()) return;
    if (why_.empty()) why_ = std::move(why);
  }
  gone_.store(true, std::memory_order_release);
  ::pidfd_send_signal(handle_, SIGKILL, nullptr, 0);
}

std::string RuleProcess::wait() {
  siginfo_t how{};
  while (::waitid(P_PIDFD, static_cast<id_t>(handle_), &how, WEXITED) != 0 && errno == EINTR) {
  }
  const std::string where = std::string(" in ") + doing_.load(std::memory_order_relaxed);
  std::string words;
  if (how.si_code == CLD_EXITED) {
    words = how.si_status == kSandboxRefused
                ? "ended, for this system refuses its sandbox"
                : "called exit(" + std::to_string(how.si_status) + "), which no plugin may,";
  } else if (how.si_status == SIGSYS && engine_.refused_call() >= 0) {
    words = "ended by SIGSYS, for it called " + call_name(engine_.refused_call()) +
            ", which no rule may,";
  } else {
    words = "ended by " + signal_name(how.si_status);
  }
  {
    const std::lock_guard lock(mutex_);
    ending_ = why_.empty() ? words + where : "was ended" + where + ": " + why_;
    words = ending_;
  }
  gone_.store(true, std::memory_order_release);
  engine_.mark_gone();
  return words;
}

std::string RuleProcess::ending() const {
  const std::lock_guard lock(mutex_);
  return ending_;
}

}  // namespace assay::host
