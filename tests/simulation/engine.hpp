// One simulated process: the engine's own worker, sink threads and deliveries, between simulated
// peers. It ends with a drain, or in the middle of anything.
//
// Thread: one.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "host/runtime/worker.hpp"
#include "tests/simulation/broker.hpp"
#include "tests/simulation/letters.hpp"
#include "tests/simulation/virtual_clock.hpp"
#include "tests/support/sink_fakes.hpp"

namespace assay::simulation {

// What every process of a run is made of; outlives them.
struct Surroundings {
  Chance* chance;
  Fibers* fibers;
  VirtualClock* clock;
  Broker* broker;
  Ledger* ledger;
  const core::Schema* schema;
  const core::Blueprint* blueprint;
  // By number of the sink.
  std::vector<std::function<std::unique_ptr<tests::FakeSink>()>> sinks;
};

class Engine final {
 public:
  Engine(const Surroundings& around, Fibers::Process number);
  // Not from within one of its own threads.
  ~Engine();

  // A second time it is in a hurry.
  void ask_to_stop();
  [[nodiscard]] bool asked_to_stop() const { return stop_.stop_requested(); }
  [[nodiscard]] bool running() const { return around_->fibers->alive(number_); }
  [[nodiscard]] Fibers::Process number() const { return number_; }
  [[nodiscard]] host::WorkerSnapshot snapshot() const { return worker_->snapshot(); }

 private:
  const Surroundings* around_;
  Fibers::Process number_;
  Letters letters_;
  std::stop_source stop_;
  std::stop_source stop_sinks_;
  std::atomic<bool> hurry_ = false;
  std::vector<std::unique_ptr<tests::FakeSink>> connections_;
  std::vector<std::unique_ptr<tests::FakePlugin>> plugins_;
  std::vector<std::unique_ptr<host::SinkRoute>> routes_;
  std::unique_ptr<host::Worker> worker_;
};

}  // namespace assay::simulation
