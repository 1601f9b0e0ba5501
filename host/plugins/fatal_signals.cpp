#include "host/plugins/fatal_signals.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "host/plugins/plugin_door.hpp"

namespace assay::host {
namespace {

constexpr std::size_t kStack = 64 << 10;  // bytes
constexpr int kBug = 70;                  // as of a broken invariant

struct Fatal {
  int number;
  std::string_view name;
};
constexpr std::array kFatal{Fatal{SIGSEGV, "SIGSEGV"}, Fatal{SIGBUS, "SIGBUS"},
                            Fatal{SIGFPE, "SIGFPE"},   Fatal{SIGILL, "SIGILL"},
                            Fatal{SIGABRT, "SIGABRT"}, Fatal{SIGSYS, "SIGSYS"}};

// A line put together without the heap, whose locks the signal may have met.
class Line {
 public:
  Line& operator<<(std::string_view words) {
    const auto size = std::min(words.size(), text_.size() - 1 - size_);
    std::memcpy(text_.data() + size_, words.data(), size);
    size_ += size;
    return *this;
  }
  void say() {
    text_[size_++] = '\n';
    // There is nobody to tell where that fails.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text_.data(), size_);
  }

 private:
  std::array<char, 512> text_;
  std::size_t size_ = 0;
};

void say_where(Line& line) {
  if (const auto* whom = in_plugin.load(std::memory_order_relaxed)) {
    line << " in " << whom;
  } else {
    line << " in no plugin's call";
  }
}

// abort() and raise() send their own, too.
bool came_from_outside(const siginfo_t& info) {
  return (info.si_code == SI_USER || info.si_code == SI_TKILL || info.si_code == SI_QUEUE) &&
         info.si_pid != ::getpid();
}

void on_fatal(int number, siginfo_t* info, void*) {
  Line line;
  line << "assay: ended by ";
  for (const auto& fatal : kFatal) {
    if (fatal.number == number) line << fatal.name;
  }
  if (came_from_outside(*info)) {
    line << " that another process sent";
  } else {
    say_where(line);
  }
  line << "; what was not delivered is read again at the next start";
  line.say();
  // The handler is gone by now, and the signal comes again when this returns.
  ::raise(number);
}

void on_exit() {
  if (!in_plugin.load(std::memory_order_relaxed)) return;
  Line line;
  line << "assay: exit() was called";
  say_where(line);
  line << ", which no plugin may; what was not delivered is read again at the next start";
  line.say();
  ::_exit(kBug);
}

}  // namespace

void report_fatal_signals() {
  for (const auto& fatal : kFatal) {
    struct sigaction known {};
    if (::sigaction(fatal.number, nullptr, &known) != 0 || known.sa_handler != SIG_DFL) continue;
    struct sigaction ours {};
    ours.sa_sigaction = &on_fatal;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | static_cast<int>(SA_RESETHAND);
    ::sigaction(fatal.number, &ours, nullptr);
  }
  report_exits();
}

void report_exits() { std::atexit(&on_exit); }

SignalStack::SignalStack() : memory_(std::make_unique<std::byte[]>(kStack)) {
  const stack_t ours{memory_.get(), 0, kStack};
  ::sigaltstack(&ours, nullptr);
}

SignalStack::~SignalStack() {
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

}  // namespace assay::host
