#include "host/isolation/kept_process.hpp"

#include <assay/host.h>

#include <algorithm>
#include <utility>

namespace assay::host {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstWait{100};
constexpr std::chrono::seconds kLongestWait{30};

std::string seconds(std::chrono::nanoseconds time) {
  const auto tenths = std::chrono::round<std::chrono::milliseconds>(time).count() / 100;
  return std::to_string(tenths / 10) + (tenths % 10 ? "." + std::to_string(tenths % 10) : "") +
         " s";
}

}  // namespace

KeptProcess::KeptProcess(std::uint32_t worker, const ProcessConfig& limits, Work work)
    : worker_(worker), limits_(limits), work_(std::move(work)), thread_([this] { run(); }) {}

KeptProcess::~KeptProcess() {
  std::shared_ptr<Dialogue> running;
  bool speaks = false;
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
    running = dialogue_;
    speaks = up_;
  }
  changed_.notify_all();
  // It may have ended by itself just now, with nobody to say so any more.
  const bool has_ended = speaks && running && running->process().gone();
  // What is being opened belongs to the thread: it hears of the end as of any other.
  if (running && speaks) running->close();
  if (running) running->process().end("the engine has no more use for it");
  thread_.join();
  if (has_ended && !told_) {
    work_.log(ASSAY_LOG_WARNING, running->process().ending() + "; its verdicts were errors since");
  }
}

KeptProcess::Started KeptProcess::first() {
  Lock lock(mutex_);
  changed_.wait(lock, [&] { return has_started_; });
  return started_;
}

void KeptProcess::keep() {
  {
    const std::lock_guard lock(mutex_);
    kept_ = true;
    started_ = nullptr;
    up_ = dialogue_ != nullptr && !dialogue_->process().gone();
  }
  changed_.notify_all();
}

std::shared_ptr<Dialogue> KeptProcess::current() const {
  const std::lock_guard lock(mutex_);
  return up_ ? dialogue_ : nullptr;
}

ProcessReport KeptProcess::report() const {
  const std::lock_guard lock(mutex_);
  ProcessReport report{.worker = worker_,
                       .given_up = given_up_,
                       .restarts = restart_count_,
                       .deadline_misses = misses_,
                       .last_end = last_end_};
  if (!dialogue_) return report;
  report.up = up_ && !dialogue_->process().gone();
  report.pid = dialogue_->process().gone() ? 0 : dialogue_->process().id();
  report.deadline_misses += dialogue_->misses();
  return report;
}

void KeptProcess::run() {
  if (!start_first()) return;
  Lock lock(mutex_);
  while (watch(lock) && start_again(lock)) {
  }
}

bool KeptProcess::start_first() {
  auto started = work_.start();
  const bool runs = started.has_value();
  {
    const std::lock_guard lock(mutex_);
    if (runs) dialogue_ = *started;
    started_ = std::move(started);
    has_started_ = true;
  }
  changed_.notify_all();
  return runs;
}

bool KeptProcess::watch(Lock& lock) {
  const auto watched = dialogue_;
  lock.unlock();
  auto ending = watched->process().wait();
  lock.lock();
  up_ = false;
  // Whoever began a conversation may still be told how it ended.
  changed_.wait(lock, [&] { return kept_ || stops_; });
  if (stops_) return false;
  misses_ += dialogue_->misses();
  dialogue_ = nullptr;
  up_ = false;
  last_end_ = std::move(ending);
  return true;
}

std::optional<std::chrono::nanoseconds> KeptProcess::wait_before_next() {
  const auto now = Clock::now();
  const std::chrono::nanoseconds window(limits_.restart_window);
  while (!restarts_.empty() && now - restarts_.front() > window) restarts_.pop_front();
  if (static_cast<std::int64_t>(restarts_.size()) >= limits_.restarts) return std::nullopt;
  const auto doubled = kFirstWait * (1u << std::min<std::size_t>(restarts_.size(), 16));
  return std::min<std::chrono::nanoseconds>(doubled, kLongestWait);
}

bool KeptProcess::start_again(Lock& lock) {
  for (;;) {
    const auto wait = wait_before_next();
    told_ = true;
    const auto budget = std::to_string(limits_.restarts) + " in " +
                        seconds(std::chrono::nanoseconds(limits_.restart_window));
    if (!wait) {
      given_up_ = true;
      work_.log(ASSAY_LOG_ERROR, last_end_ + "; it is not started again, for its restarts (" +
                                     budget + ") are used up: its verdicts are errors");
      return false;
    }
    work_.log(ASSAY_LOG_WARNING, last_end_ +
                                     "; its verdicts are errors until it is started again, in " +
                                     seconds(*wait) + " (restart " +
                                     std::to_string(restarts_.size() + 1) + " of " + budget + ")");
    if (changed_.wait_for(lock, *wait, [&] { return stops_; })) return false;
    restarts_.push_back(Clock::now());
    ++restart_count_;
    lock.unlock();
    auto started = work_.start();
    lock.lock();
    if (!started) {
      last_end_ = started.error();
      continue;
    }
    dialogue_ = *started;
    if (stops_) dialogue_->process().end("the engine has no more use for it");
    lock.unlock();
    const auto opened = work_.open(**started);
    if (!opened) {
      (*started)->process().end(opened.error());
      (*started)->process().wait();
    }
    lock.lock();
    if (opened) {
      up_ = true;
      told_ = false;
      return true;
    }
    misses_ += dialogue_->misses();
    dialogue_ = nullptr;
    last_end_ = "could not be started again: " + opened.error();
    if (stops_) return false;
  }
}

}  // namespace assay::host
