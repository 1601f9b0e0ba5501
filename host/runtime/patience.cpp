#include "host/runtime/patience.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace assay::host {

bool Patience::wait(const Trouble& trouble, const std::stop_token& stop) {
  const bool halted = trouble.kind == Trouble::Kind::configuration;
  enter(halted ? SinkState::halted : SinkState::retrying, trouble);
  const std::chrono::nanoseconds wait =
      halted ? kProbe : std::chrono::nanoseconds(backoff_.next(random_(), trouble.retry_after));
  std::unique_lock lock(mutex_);
  ++report_.retries;
  clock_->wait_until(lock, wake_, stop, clock_->now() + std::min(wait, longest_),
                     [] { return false; });
  return !stop.stop_requested();
}

void Patience::enter(SinkState state, const Trouble& trouble) {
  const std::lock_guard lock(mutex_);
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
  if (report_.state == SinkState::working) return;
  report_.state = SinkState::working;
  report_.reason.clear();
  spdlog::info("sink {} delivers again", sink_);
}

Patience::Report Patience::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

}  // namespace assay::host
