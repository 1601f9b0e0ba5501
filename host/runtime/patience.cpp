#include "host/runtime/patience.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace assay::host {

void Patience::failed(const Trouble& trouble) {
  const bool halted = trouble.kind == Trouble::Kind::configuration;
  const std::chrono::nanoseconds wait =
      halted ? kProbe : std::chrono::nanoseconds(backoff_.next(random_(), trouble.retry_after));
  const std::lock_guard lock(mutex_);
  enter(halted ? SinkState::halted : SinkState::retrying, trouble);
  if (!since_) since_ = clock_->now();
  next_try_ = clock_->now() + std::min(wait, longest_);
  ++report_.retries;
}

bool Patience::rest(const std::stop_token& stop, Time until) {
  std::unique_lock lock(mutex_);
  clock_->wait_until(lock, wake_, stop, std::min(next_try_, until), [] { return false; });
  return !stop.stop_requested();
}

void Patience::enter(SinkState state, const Trouble& trouble) {
  if (report_.state == state && report_.reason == trouble.text) return;
  report_.state = state;
  report_.reason = trouble.text;
  if (state == SinkState::halted) {
    spdlog::error("sink {} halted, one try every 30 s: {} ({})", sink_, trouble.text, trouble.code);
  } else {
    spdlog::warn("sink {} cannot deliver and tries again: {} ({})", sink_, trouble.text,
                 trouble.code);
  }
}

void Patience::succeeded() {
  backoff_.succeeded();
  const std::lock_guard lock(mutex_);
  if (!since_) return;
  since_.reset();
  next_try_ = Time::min();
  report_.state = SinkState::working;
  report_.reason.clear();
  spdlog::info("sink {} delivers again", sink_);
}

Patience::Report Patience::report() const {
  const std::lock_guard lock(mutex_);
  auto report = report_;
  if (since_) report.open = clock_->now() - *since_;
  return report;
}

}  // namespace assay::host
