#include "host/isolation/sandbox.hpp"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <memory>

#include "host/isolation/exchange.hpp"

namespace assay::host::sandbox {
namespace {

constexpr rlim_t kFiles = 64;  // open at a time: the libraries and lists of one rule

// A sanitizer's shadow is larger than any limit, and it asks by a pipe of its own whether memory
// may be read.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kBoundsMemory = false;
constexpr std::initializer_list<int> kOfSanitizers{SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(read),
                                                   SCMP_SYS(write), SCMP_SYS(close)};
#else
constexpr bool kBoundsMemory = true;
constexpr std::initializer_list<int> kOfSanitizers{};
#endif

// Memory, time, its own end, and the futex that its turns are made of.
constexpr std::initializer_list<int> kAlways{
    SCMP_SYS(brk),          SCMP_SYS(munmap),       SCMP_SYS(mremap),
    SCMP_SYS(madvise),      SCMP_SYS(futex),        SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getrandom),    SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),  SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),  SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),         SCMP_SYS(exit_group)};

// What loading a library and reading a file take besides.
constexpr std::initializer_list<int> kWhileLoading{SCMP_SYS(read),
                                                   SCMP_SYS(pread64),
                                                   SCMP_SYS(readv),
                                                   SCMP_SYS(close),
                                                   SCMP_SYS(lseek),
                                                   SCMP_SYS(fstat),
                                                   SCMP_SYS(stat),
                                                   SCMP_SYS(lstat),
                                                   SCMP_SYS(newfstatat),
                                                   SCMP_SYS(statx),
                                                   SCMP_SYS(access),
                                                   SCMP_SYS(faccessat),
                                                   SCMP_SYS(faccessat2),
                                                   SCMP_SYS(readlink),
                                                   SCMP_SYS(readlinkat),
                                                   SCMP_SYS(getdents64),
                                                   SCMP_SYS(getcwd),
                                                   SCMP_SYS(mmap),
                                                   SCMP_SYS(mprotect),
                                                   SCMP_SYS(fadvise64),
                                                   SCMP_SYS(uname),
                                                   SCMP_SYS(getuid),
                                                   SCMP_SYS(geteuid),
                                                   SCMP_SYS(getgid),
                                                   SCMP_SYS(getegid),
                                                   SCMP_SYS(getppid),
                                                   SCMP_SYS(sysinfo),
                                                   SCMP_SYS(sched_getaffinity),
                                                   SCMP_SYS(set_robust_list),
                                                   SCMP_SYS(rseq),
                                                   SCMP_SYS(seccomp)};

// What curious libraries ask; they hear that they may not and go on.
constexpr std::initializer_list<int> kDeniedWhileLoading{SCMP_SYS(ioctl), SCMP_SYS(clone),
                                                         SCMP_SYS(clone3)};

const RuleEnd* engine = nullptr;

tl::unexpected<std::string> failure(const char* what) {
  return tl::unexpected(std::string(what) + ": " + std::strerror(errno));
}

// The call has not been made. The handler is gone by now, and the signal comes again.
void on_refused_call(int number, siginfo_t* info, void*) {
  engine->refused(info->si_syscall);
  ::raise(number);
}

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

// Everything that is not allowed ends the process.
Filter strict_filter() { return {seccomp_init(SCMP_ACT_TRAP), &seccomp_release}; }

bool add(const Filter& filter, std::uint32_t action, std::initializer_list<int> calls) {
  for (const int call : calls) {
    if (seccomp_rule_add(filter.get(), action, call, 0) != 0) return false;
  }
  return true;
}

// One call, if its argument of that number is so. The library's own macros are C.
bool add_where(const Filter& filter, std::uint32_t action, int call, unsigned argument,
               scmp_compare how, scmp_datum_t value, scmp_datum_t masked = 0) {
  const scmp_arg_cmp so{argument, how, value, masked};
  return seccomp_rule_add_array(filter.get(), action, call, 1, &so) == 0;
}

// To nobody but itself: that is how abort() ends a process.
bool add_signals(const Filter& filter) {
  const auto self = static_cast<scmp_datum_t>(::getpid());
  return add_where(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 0, SCMP_CMP_EQ, self);
}

bool add_memory(const Filter& filter) {
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    if (!add_where(filter, SCMP_ACT_ALLOW, call, 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) {
      return false;
    }
  }
  return true;
}

// To read. Whoever wants more hears that the file system is not to be written to.
bool add_files(const Filter& filter) {
  constexpr scmp_datum_t writes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  constexpr std::uint32_t refused = SCMP_ACT_ERRNO(EROFS);
  struct Open {
    int call;
    unsigned flags;  // number of the argument
  };
  for (const auto& open : {Open{SCMP_SYS(openat), 2}, Open{SCMP_SYS(open), 1}}) {
    for (const scmp_datum_t bit : {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC}) {
      if (!add_where(filter, refused, open.call, open.flags, SCMP_CMP_MASKED_EQ, bit, bit)) {
        return false;
      }
    }
    if (!add_where(filter, SCMP_ACT_ALLOW, open.call, open.flags, SCMP_CMP_MASKED_EQ, writes, 0)) {
      return false;
    }
  }
  return true;
}

// Of its own limits it may ask; a null second pointer sets none.
bool add_limits(const Filter& filter) {
  return add_where(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_CMP_EQ, 0) &&
         // libseccomp's own, for the second step.
         add_where(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 0, SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS);
}

tl::expected<void, std::string> install(const Filter& filter, bool made) {
  if (!filter || !made) return tl::unexpected(std::string("its system calls cannot be limited"));
  if (const int failed = seccomp_load(filter.get()); failed != 0) {
    errno = -failed;
    return failure("its system calls cannot be limited");
  }
  return {};
}

bool limit(int resource, rlim_t most) {
  const rlimit bound{most, most};
  return ::setrlimit(static_cast<__rlimit_resource>(resource), &bound) == 0;
}

}  // namespace

tl::expected<void, std::string> enter(pid_t parent, std::int64_t memory) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return failure("it cannot be tied to the engine");
  // It may have gone before.
  if (::getppid() != parent)
    return tl::unexpected(std::string("the engine that started it is gone"));
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failure("it cannot give up rights");
  // Where that is not allowed the system calls are: there is no way to make a socket.
  if (::unshare(CLONE_NEWNET) != 0) ::unshare(CLONE_NEWUSER | CLONE_NEWNET);
  if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NOFILE, kFiles) ||
      (kBoundsMemory && !limit(RLIMIT_AS, static_cast<rlim_t>(memory)))) {
    return failure("it cannot be limited");
  }
  return {};
}

tl::expected<void, std::string> allow_loading(const RuleEnd& told) {
  engine = &told;
  struct sigaction ours {};
  ours.sa_sigaction = &on_refused_call;
  ours.sa_flags = SA_SIGINFO | static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGSYS, &ours, nullptr);
  const auto filter = strict_filter();
  return install(filter, filter && add(filter, SCMP_ACT_ALLOW, kAlways) &&
                             add(filter, SCMP_ACT_ALLOW, kWhileLoading) &&
                             add(filter, SCMP_ACT_ALLOW, kOfSanitizers) &&
                             add(filter, SCMP_ACT_ERRNO(EPERM), kDeniedWhileLoading) &&
                             add_signals(filter) && add_files(filter) && add_limits(filter));
}

tl::expected<void, std::string> allow_judging() {
  const auto filter = strict_filter();
  return install(filter, filter && add(filter, SCMP_ACT_ALLOW, kAlways) &&
                             add(filter, SCMP_ACT_ALLOW, kOfSanitizers) && add_signals(filter) &&
                             add_memory(filter));
}

}  // namespace assay::host::sandbox
