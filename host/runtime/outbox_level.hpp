// How many bytes of a deferred step wait in its outbox, and whether it may take more.
//
// Counted in the database now and then, which shows what other processes of the group and people
// have done; in between, what this process adds and takes away. Where in doubt it is too much
// rather than too little. The batch that finds it not full is the last one that goes in, so it is
// exceeded by one batch, and by what others have added since the last count.
//
// Thread: any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>

namespace assay::host {

class OutboxLevel final {
 public:
  explicit OutboxLevel(std::uint64_t most) : most_(most) {}

  [[nodiscard]] bool full() const { return bytes() >= most_; }
  [[nodiscard]] std::uint64_t most() const { return most_; }
  [[nodiscard]] std::uint64_t bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

  void stored(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    bytes_ += bytes;
    since_count_ += bytes;
  }
  void left(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    bytes_ -= std::min(bytes, bytes_);
  }
  // Around a count: what is stored meanwhile may be in it or not.
  void begin_count() {
    const std::lock_guard lock(mutex_);
    since_count_ = 0;
  }
  void counted(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    bytes_ = bytes + since_count_;
  }

 private:
  const std::uint64_t most_;
  mutable std::mutex mutex_;
  std::uint64_t bytes_ = 0;
  std::uint64_t since_count_ = 0;
};

}  // namespace assay::host
