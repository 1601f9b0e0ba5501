// The simulated bank as it lives: so many transactions a second, while everything else happens.
//
// Thread: one; it produces on a thread of its own.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <thread>

#include "tests/faults/bench.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing::faults {

class SteadyBank {
 public:
  // The deployment outlives it.
  SteadyBank(const Deployment& deployment, std::int64_t records, double per_second)
      : deployment_(&deployment), thread_([=, this, &deployment](const std::stop_token& stop) {
          try {
            deployment.produce(static_cast<std::uint64_t>(records), seed(), per_second, stop);
          } catch (const std::exception& failure) {
            if (!stop.stop_requested()) ADD_FAILURE() << failure.what();
          }
          through_ = true;
        }) {}

  [[nodiscard]] bool through() const { return through_; }
  // Until it is through; how many records the topic has then. They are more than were asked for
  // where a broker that died had taken some without saying so.
  std::int64_t wait() {
    thread_.join();
    return length_of_topic(kafka().address(), deployment_->topic());
  }

  // Waits for the first transaction; all account holders are in their topic then.
  [[nodiscard]] bool begins() const {
    return eventually([&] {
      try {
        return length_of_topic(kafka().address(), deployment_->topic()) > 0;
      } catch (const std::runtime_error&) {
        return false;  // the topic is being made
      }
    });
  }

 private:
  const Deployment* deployment_;
  std::atomic<bool> through_ = false;
  std::jthread thread_;
};

}  // namespace assay::testing::faults
