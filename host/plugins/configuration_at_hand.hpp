// Which configuration a plugin hears of when it asks what is running.
//
// That of the batch that it was given, for as long as the call lasts: what a sink keeps beside
// decisions must be what they were taken under, and by the time of their delivery another one may
// be in force. Outside of a batch it is the one in force.
//
// Thread: at hand is what the thread has been given; in force is one for all of them.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "core/model/configuration.hpp"

namespace assay::host {

class ConfigurationInForce final {
 public:
  using Shared = std::shared_ptr<const core::Configuration>;

  ConfigurationInForce() = default;
  explicit ConfigurationInForce(Shared first) : now_(std::move(first)) {}

  void put(Shared next) {
    const std::lock_guard lock(mutex_);
    now_ = std::move(next);
  }
  [[nodiscard]] Shared get() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }

 private:
  mutable std::mutex mutex_;
  Shared now_;
};

class ConfigurationAtHand final {
 public:
  // Null: the one in force stays it. It must outlive this.
  explicit ConfigurationAtHand(const core::Configuration* of_batch)
      : outer_(std::exchange(mine(), of_batch)) {}
  ~ConfigurationAtHand() { mine() = outer_; }
  ConfigurationAtHand(const ConfigurationAtHand&) = delete;
  ConfigurationAtHand& operator=(const ConfigurationAtHand&) = delete;

  // Stays as it is until the thread asks again.
  [[nodiscard]] static const core::Configuration& of(const ConfigurationInForce& in_force) {
    if (mine() != nullptr) return *mine();
    static const core::Configuration none;
    static thread_local ConfigurationInForce::Shared asked;
    asked = in_force.get();
    return asked ? *asked : none;
  }

 private:
  static const core::Configuration*& mine() {
    static thread_local const core::Configuration* at_hand = nullptr;
    return at_hand;
  }

  const core::Configuration* outer_;
};

}  // namespace assay::host
