// The locks of stores that all workers enter: a mutex for each stripe, each on a line of its own.
//
// Thread: any worker.
#pragma once

#include <array>
#include <mutex>

#include "core/features/stripe_lock.hpp"

namespace assay::host {

class StripeLocks final : public core::StripeLock {
 public:
  void lock(std::uint32_t stripe) override { mutexes_[stripe].mutex.lock(); }
  bool try_lock(std::uint32_t stripe) override { return mutexes_[stripe].mutex.try_lock(); }
  void unlock(std::uint32_t stripe) override { mutexes_[stripe].mutex.unlock(); }

 private:
  struct alignas(64) Line {
    std::mutex mutex;
  };
  std::array<Line, kLocks> mutexes_;
};

}  // namespace assay::host
