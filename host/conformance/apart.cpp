#include "host/conformance/apart.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <thread>

namespace assay::host {
namespace {

constexpr std::size_t kLongest = 64 << 10;  // bytes of a judgement
constexpr std::chrono::milliseconds kLook{5};
constexpr const char* kItself = "assay: the plugin ";

// Of a check's process: where its judgement goes, and where its parent sees which call it is in.
int answer_to = -1;
std::atomic<const char*>* current_call = nullptr;

void write_all(const char* data, std::size_t size) {
  while (size > 0) {
    const auto written = ::write(answer_to, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

// One letter, the message, a zero, the help.
[[noreturn]] void answer(char outcome, const char* message, const char* help) {
  if (answer_to < 0) {
    // No check's process: the plugin runs in ours, to be measured.
    answer_to = STDERR_FILENO;
    write_all(kItself, std::strlen(kItself));
    write_all(message, std::strlen(message));
    write_all("\n", 1);
    ::_exit(1);
  }
  write_all(&outcome, 1);
  write_all(message, std::strlen(message) + 1);
  write_all(help, std::strlen(help));
  ::_exit(0);
}

[[noreturn]] void answer(const Judgement& judgement) {
  constexpr char letters[] = {'p', 'f', 's'};
  answer(letters[static_cast<int>(judgement.outcome)], judgement.message.c_str(),
         judgement.help.c_str());
}

[[noreturn]] void become_check(const std::function<Judgement()>& check, pid_t parent) {
  ::setpgid(0, 0);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent) ::_exit(127);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  for (const int fatal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTERM, SIGINT}) {
    std::signal(fatal, SIG_DFL);
  }
  try {
    answer(check());
  } catch (const Broken& broken) {
    answer({Judgement::Outcome::failed, broken.message, broken.help});
  }
}

std::string in_call() {
  const auto* call = current_call->load();
  return call ? std::string("`") + call + "`" : "the check";
}

std::optional<Judgement> read_judgement(const std::string& bytes) {
  const auto end = bytes.find('\0');
  if (end == std::string::npos) return std::nullopt;
  Judgement judgement;
  judgement.outcome = bytes[0] == 'p'   ? Judgement::Outcome::passed
                      : bytes[0] == 's' ? Judgement::Outcome::skipped
                                        : Judgement::Outcome::failed;
  judgement.message = bytes.substr(1, end - 1);
  judgement.help = bytes.substr(end + 1);
  return judgement;
}

// Of a process that ended, or was ended, without a word.
Judgement without_answer(int status) {
  if (WIFSIGNALED(status)) {
    const auto* name = ::sigabbrev_np(WTERMSIG(status));
    return {Judgement::Outcome::failed,
            in_call() + " ended the process by SIG" + (name ? name : "?"),
            "a debugger shows where: gdb --args assay plugins validate FILE --check CHECK, then "
            "`set follow-fork-mode child`"};
  }
  return {Judgement::Outcome::failed,
          in_call() + " ended the process with exit code " + std::to_string(WEXITSTATUS(status)),
          "no plugin may end the process, and none may throw out of a call without a status"};
}

class Page {
 public:
  Page()
      : at_(::mmap(nullptr, sizeof(std::atomic<const char*>), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  ~Page() { ::munmap(at_, sizeof(std::atomic<const char*>)); }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  [[nodiscard]] std::atomic<const char*>* get() const {
    return at_ == MAP_FAILED ? nullptr : new (at_) std::atomic<const char*>(nullptr);
  }

 private:
  void* at_;
};

}  // namespace

Judgement judge_apart(const std::function<Judgement()>& check, std::chrono::milliseconds deadline) {
  using Clock = std::chrono::steady_clock;
  const Page page;
  auto* const outer_call = current_call;
  current_call = page.get();
  int ends[2] = {-1, -1};
  const auto parent = ::getpid();
  const bool ready = current_call && ::pipe2(ends, O_CLOEXEC) == 0;
  const pid_t process = ready ? ::fork() : -1;
  if (process == 0) {
    ::close(ends[0]);
    answer_to = ends[1];
    become_check(check, parent);
  }
  if (process < 0) {
    current_call = outer_call;
    return {Judgement::Outcome::failed,
            std::string("no process could be started: ") + std::strerror(errno),
            "try again when the machine has less to do"};
  }
  ::close(ends[1]);

  const auto end = Clock::now() + deadline;
  const auto left = [&] {
    return std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  };
  std::string bytes;
  while (left() > 0 && bytes.size() < kLongest) {
    pollfd wait{ends[0], POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(left())) <= 0) continue;
    char part[4096];
    const auto got = ::read(ends[0], part, sizeof part);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    bytes.append(part, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(process, &status, WNOHANG)) == 0 && left() > 0) {
    std::this_thread::sleep_for(kLook);
  }
  const bool late = ended == 0;
  // What the plugin has started goes with it.
  ::kill(-process, SIGKILL);
  if (late) ::waitpid(process, &status, 0);

  auto judgement = read_judgement(bytes);
  if (!judgement && late) {
    judgement = {
        Judgement::Outcome::failed,
        in_call() + " did not return within " + std::to_string(deadline.count() / 1000) + " s",
        "no call may block; if it only is slow, give it time with --deadline"};
  }
  if (!judgement) judgement = without_answer(status);
  current_call = outer_call;
  return *judgement;
}

void tell_parent_of(const char* call) {
  if (current_call) current_call->store(call, std::memory_order_relaxed);
}

void fail_from_anywhere(const char* message, const char* help) { answer('f', message, help); }

}  // namespace assay::host
