// Mutual exclusion for stores that all workers of the process enter, as the host provides it.
//
// Core has no lock of its own. A shared store is cut into stripes; a worker holds a stripe for one
// transaction. Two stripes are never held at a time.
//
// Thread: any.
#pragma once

#include <cstdint>

namespace assay::core {

class StripeLock {
 public:
  static constexpr std::uint32_t kStripes = 64;
  // Of what concerns all stripes; one more place.
  static constexpr std::uint32_t kWhole = kStripes;
  static constexpr std::uint32_t kLocks = kStripes + 1;

  virtual ~StripeLock() = default;
  virtual void lock(std::uint32_t stripe) = 0;  // below kLocks
  // False where another thread holds it; without waiting.
  [[nodiscard]] virtual bool try_lock(std::uint32_t stripe) = 0;
  virtual void unlock(std::uint32_t stripe) = 0;  // by the thread that locked it
  // Whether there is anybody to keep out; where not, whoever enters need not lock.
  [[nodiscard]] virtual bool needed() const { return true; }
};

// Where there is one worker only.
class NoStripeLock final : public StripeLock {
 public:
  void lock(std::uint32_t) override {}
  bool try_lock(std::uint32_t) override { return true; }
  void unlock(std::uint32_t) override {}
  bool needed() const override { return false; }
};

class StripeGuard final {
 public:
  StripeGuard(StripeLock& lock, std::uint32_t stripe) : lock_(lock), stripe_(stripe) {
    lock_.lock(stripe_);
  }
  ~StripeGuard() { lock_.unlock(stripe_); }
  StripeGuard(const StripeGuard&) = delete;
  StripeGuard& operator=(const StripeGuard&) = delete;

 private:
  StripeLock& lock_;
  std::uint32_t stripe_;
};

}  // namespace assay::core
