#include "host/observe/supervisor.hpp"

#include <pthread.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

namespace assay::host {
namespace {

using std::chrono::milliseconds;

// Often enough that a look which comes late is still in time.
milliseconds look_for(milliseconds wanted) {
  std::uint64_t watchdog = 0;  // microseconds
  if (::sd_watchdog_enabled(0, &watchdog) <= 0) return wanted;
  return std::clamp(milliseconds(watchdog / 4 / 1000), milliseconds(1), wanted);
}

}  // namespace

std::unique_ptr<Supervisor> Supervisor::open(std::function<Status()> status,
                                             const std::stop_token& stop) {
  return open(std::move(status), stop, Options{});
}

std::unique_ptr<Supervisor> Supervisor::open(std::function<Status()> status,
                                             const std::stop_token& stop, const Options& options) {
  if (std::getenv("NOTIFY_SOCKET") == nullptr) return nullptr;
  return std::unique_ptr<Supervisor>(new Supervisor(std::move(status), stop, options));
}

Supervisor::Supervisor(std::function<Status()> status, const std::stop_token& stop,
                       const Options& options)
    : status_(std::move(status)), look_(look_for(options.look)), notices_(options.limits) {
  on_stop_.emplace(stop, [this] { wake(stopping_); });
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "supervisor");
}

Supervisor::~Supervisor() {
  on_stop_.reset();
  wake(ending_);
  thread_.join();
}

void Supervisor::wake(bool& why) {
  {
    const std::lock_guard lock(mutex_);
    why = true;
  }
  changed_.notify_one();
}

void Supervisor::run() {
  std::unique_lock lock(mutex_);
  // A stop is told however soon the end comes behind it.
  for (bool stopping = false; !ending_ || stopping_ != stopping;) {
    stopping = stopping_;
    lock.unlock();
    tell(stopping);
    lock.lock();
    changed_.wait_for(lock, look_, [&] { return ending_ || stopping_ != stopping; });
  }
}

void Supervisor::tell(bool stopping) {
  const auto lines = notices_.next(status_(), Notices::Clock::now(), stopping);
  const bool mourned = std::exchange(mourned_, !notices_.trouble().empty());
  if (mourned_ && !mourned) {
    spdlog::error("not alive, so the supervisor's watchdog is no longer told otherwise: {}",
                  notices_.trouble());
  }
  if (mourned && !mourned_) spdlog::warn("alive again, and the supervisor's watchdog is told so");
  // A supervisor that is gone or does not listen changes nothing here.
  if (!lines.empty()) (void)::sd_notify(0, lines.c_str());
}

}  // namespace assay::host
