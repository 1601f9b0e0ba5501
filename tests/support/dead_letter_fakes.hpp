// Dead letters in memory, that a test may hold back.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "core/model/alarm_limits.hpp"
#include "host/kafka/dead_letters.hpp"

namespace assay::tests {

// What may become dead letters: as the configuration has it by default.
inline constexpr core::AlarmLimits kGuard{.share = 50'000, .count = 100, .window = 60'000'000'000};

class MemoryDeadLetters final : public host::DeadLetters {
 public:
  void send(host::DeadLetter letter, Ack ack) override {
    {
      const std::lock_guard lock(mutex_);
      letters_.push_back(std::move(letter));
      if (held_) {
        waiting_bytes_ += letters_.back().value.size();
        waiting_.push_back(std::move(ack));
        ack = {};
      }
    }
    arrived_.notify_all();
    if (ack) ack();
  }
  bool flush(std::chrono::steady_clock::time_point) override {
    const std::lock_guard lock(mutex_);
    return waiting_.empty();
  }
  host::DeadLetterCounters counters() const override {
    const std::lock_guard lock(mutex_);
    host::DeadLetterCounters counters;
    counters.sent = letters_.size();
    counters.pending = waiting_.size();
    counters.pending_bytes = waiting_bytes_;
    counters.acknowledged = counters.sent - counters.pending;
    return counters;
  }
  std::optional<std::string> trouble() const override { return {}; }

  // From now on nothing is acknowledged until release().
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void release() {
    std::vector<Ack> acks;
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
      waiting_bytes_ = 0;
      acks.swap(waiting_);
    }
    for (const auto& ack : acks) ack();
  }
  std::vector<host::DeadLetter> letters() const {
    const std::lock_guard lock(mutex_);
    return letters_;
  }
  void wait_for(std::size_t count) const {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return letters_.size() >= count; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  std::vector<host::DeadLetter> letters_;
  std::vector<Ack> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool held_ = false;
};

}  // namespace assay::tests
