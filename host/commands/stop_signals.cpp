#include "host/commands/stop_signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

namespace assay::host {

StopSignals::StopSignals(std::function<void(int)> told, std::function<void()> reload)
    : told_(std::move(told)), reload_(std::move(reload)) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (reload_) sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || end_ < 0) {
    throw std::system_error(errno, std::generic_category(), "cannot wait for signals");
  }
  thread_ = std::thread([this] { run(signals_, end_); });
}

StopSignals::~StopSignals() {
  const std::uint64_t one = 1;
  while (::write(end_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  ::close(signals_);
  ::close(end_);
}

void StopSignals::run(int signals, int end) {
  using Clock = std::chrono::steady_clock;
  constexpr int kLook = 1'000;  // milliseconds
  pollfd waits[] = {{signals, POLLIN, 0}, {end, POLLIN, 0}};
  auto last = Clock::time_point::max();
  for (int count = 0;;) {
    if (::poll(waits, 2, count < 2 ? -1 : kLook) < 0 && errno != EINTR) return;
    if (waits[1].revents != 0) return;
    if (Clock::now() >= last) {
      last = Clock::time_point::max();
      if (told_) told_(3);
    }
    signalfd_siginfo signal;
    if (waits[0].revents == 0 || ::read(signals, &signal, sizeof signal) != sizeof signal) continue;
    if (signal.ssi_signo == SIGHUP) {
      reload_();
      continue;
    }
    if (++count > 2) continue;
    if (told_) told_(count);
    if (count == 2) {
      hurry_ = true;
      last = Clock::now() + kLastPatience;
    }
    stop_.request_stop();
  }
}

}  // namespace assay::host
