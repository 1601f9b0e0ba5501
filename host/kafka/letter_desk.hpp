// What both kinds of dead letters share: the tray that senders fill, the count of what is out, and
// the wait for the last acknowledgement. The owner's own thread empties the tray.
//
// Thread: any.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/kafka/dead_letters.hpp"

namespace assay::host {

template <typename Letter>
class LetterDesk final {
 public:
  void put(Letter letter, std::size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      tray_.push_back(std::move(letter));
      ++counters_.sent;
      ++counters_.pending;
      counters_.pending_bytes += bytes;
    }
    changed_.notify_all();
  }

  /// What was put meanwhile; waits for something to do for at most that long. Nothing with
  /// `stopped()`.
  std::vector<Letter> take(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return stopped_ || !tray_.empty(); });
    return std::exchange(tray_, {});
  }

  /// True where a trouble is over with it.
  bool acknowledged(std::size_t bytes) {
    bool was_troubled = false;
    {
      const std::lock_guard lock(mutex_);
      ++counters_.acknowledged;
      --counters_.pending;
      counters_.pending_bytes -= bytes;
      was_troubled = std::exchange(trouble_, std::nullopt).has_value();
    }
    changed_.notify_all();
    return was_troubled;
  }
  /// True where this is news: another trouble than the one known.
  bool failed(std::string why) {
    const std::lock_guard lock(mutex_);
    ++counters_.failed_attempts;
    return note(std::move(why));
  }
  bool troubled(std::string why) {
    const std::lock_guard lock(mutex_);
    return note(std::move(why));
  }

  bool flush(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [&] { return counters_.pending == 0; });
  }

  /// Wakes take() for good.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
  }
  bool stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }
  /// Waits for stop() for at most that long; true when it came.
  bool stopped_within(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return stopped_; });
  }

  DeadLetterCounters counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
  }
  std::optional<std::string> trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

 private:
  bool note(std::string why) {
    if (trouble_ == why) return false;
    trouble_ = std::move(why);
    return true;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Letter> tray_;
  DeadLetterCounters counters_;
  std::optional<std::string> trouble_;
  bool stopped_ = false;
};

}  // namespace assay::host
