// Lets one see all workers standing between two batches.
//
// A worker holds a pass from the first record of a batch to its last; whoever takes all passes
// waits for the batches that are under way and keeps the next ones from beginning. A worker that
// waits for records holds none, so it keeps nobody waiting.
//
// Thread: any.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>

namespace assay::host {

class BatchGate final {
 public:
  using Pass = std::shared_lock<std::shared_timed_mutex>;
  using AllPasses = std::unique_lock<std::shared_timed_mutex>;

  [[nodiscard]] Pass enter() {
    // Workers that come and go would never leave the lock to one who waits for all of them.
    if (wanted_) const std::lock_guard wait(turnstile_);
    return Pass(passes_);
  }
  [[nodiscard]] AllPasses close() {
    const std::lock_guard first(turnstile_);
    wanted_ = true;
    AllPasses all(passes_);
    wanted_ = false;
    return all;
  }
  // Without a lock where a batch has not ended by then: a call that does not come back would keep
  // all workers waiting for its own.
  [[nodiscard]] AllPasses close_within(std::chrono::milliseconds most) {
    const std::lock_guard first(turnstile_);
    wanted_ = true;
    AllPasses all(passes_, most);
    wanted_ = false;
    return all;
  }

 private:
  std::atomic<bool> wanted_ = false;
  std::mutex turnstile_;
  std::shared_timed_mutex passes_;
};

}  // namespace assay::host
