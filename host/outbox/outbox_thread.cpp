#include "host/outbox/outbox_thread.hpp"

#include <pthread.h>

#include <utility>

#include "host/plugins/fatal_signals.hpp"

namespace assay::host {
namespace {

using Steady = std::chrono::steady_clock;

// What another process of the group left is found so late.
constexpr auto kLook = std::chrono::seconds(1);
// Under load nothing is idle, and somebody wants to see how much waits.
constexpr auto kCount = std::chrono::seconds(5);
// A count looks at every record that waits: it gets a twentieth of the time at most.
constexpr int kCountShare = 20;
constexpr auto kForget = std::chrono::minutes(1);
constexpr auto kInterruptAgain = std::chrono::milliseconds(50);
// A settlement that is under way may end by itself.
constexpr auto kSettlement = std::chrono::seconds(4);

assay_text to_c(const std::string& text) { return {text.data(), text.size()}; }

}  // namespace

OutboxThread::OutboxThread(Options options, const SinkPlugin& outbox, const SinkPlugin& sink,
                           OutboxBell& bell, OutboxLevel& level)
    : options_(std::move(options)),
      outbox_(&outbox),
      sink_(&sink),
      bell_(&bell),
      level_(&level),
      with_outbox_(outbox.config().id + " (outbox of " + options_.delivery.step + ")"),
      with_sink_(sink.config().id + " (step " + options_.delivery.step + ")"),
      delivery_(options_.delivery, {&outbox, &sink, &with_outbox_, &with_sink_}),
      call_(outbox) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    const SignalStack stack;
    run(stop);
  });
  const auto name = "outbox-" + sink.config().id;
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

OutboxThread::~OutboxThread() {
  thread_.request_stop();
  // As with a sink's thread: said until it is heard. The database gets the time that it takes to
  // write down what became of the last ones.
  const auto asked = Steady::now();
  std::unique_lock lock(mutex_);
  while (!ended_) {
    lock.unlock();
    sink_->interrupt();
    if (Steady::now() - asked > kSettlement) outbox_->interrupt();
    lock.lock();
    wake_.wait_for(lock, kInterruptAgain, [&] { return ended_; });
  }
}

void OutboxThread::run(const std::stop_token& stop) {
  look(stop);  // what waits there from before bounds what may be added
  auto looked = Steady::now();
  auto forgot = Steady::time_point();
  std::uint64_t gone = 0;
  while (!stop.stop_requested()) {
    const auto rings = bell_->rings();
    const bool idle = !delivery_.round(stop);
    const auto settled = delivery_.tally().bytes;
    level_->left(settled - gone);
    gone = settled;
    const auto now = Steady::now();
    if (now - looked > (idle ? Steady::duration(0) : kCount) &&
        now - looked > kCountShare * took_) {
      look(stop);
      looked = Steady::now();
    }
    if (now - forgot > kForget) {
      forget(stop);
      forgot = now;
    }
    if (idle) bell_->wait(rings, kLook, stop);
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
}

// What fails here is tried at the next look; an outbox that is away is told of where it is taken
// from.
void OutboxThread::look(const std::stop_token& stop) {
  if (stop.stop_requested()) return;
  assay_outbox_counts counts{};
  counts.size = sizeof counts;
  const auto began = Steady::now();
  level_->begin_count();
  const auto trouble = call_.count(to_c(options_.delivery.group), to_c(options_.delivery.step),
                                   counts, outbox_->config().timeout);
  took_ = Steady::now() - began;
  if (trouble.kind != Trouble::Kind::none) return;
  level_->counted(counts.bytes);
  const std::lock_guard lock(mutex_);
  counts_ = counts;
  counted_ = began;
}

void OutboxThread::forget(const std::stop_token& stop) {
  std::uint64_t deleted = 1;
  while (deleted > 0 && !stop.stop_requested()) {
    const auto trouble = call_.forget(to_c(options_.delivery.group), to_c(options_.delivery.step),
                                      options_.keep.count(), deleted, outbox_->config().timeout);
    if (trouble.kind != Trouble::Kind::none) return;
  }
}

OutboxThread::Report OutboxThread::report() const {
  Report report;
  report.step = options_.delivery.step;
  report.sink = sink_->config().id;
  report.tally = delivery_.tally();
  report.bytes = level_->bytes();
  report.most_bytes = level_->most();
  const auto sink = with_sink_.report();
  const auto outbox = with_outbox_.report();
  const auto& told = outbox.state == SinkState::working ? sink : outbox;
  report.state = told.state;
  report.reason = told.reason;
  const std::lock_guard lock(mutex_);
  report.waiting = counts_.waiting;
  report.dead = counts_.dead;
  report.oldest = std::chrono::nanoseconds(counts_.oldest);
  report.counted = counted_;
  return report;
}

}  // namespace assay::host
