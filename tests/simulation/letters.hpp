// Simulated dead letters of one process: durable some time after they were sent, acknowledged some
// time after that.
//
// Thread: one.
#pragma once

#include <deque>
#include <utility>

#include "host/kafka/dead_letters.hpp"
#include "tests/simulation/fibers.hpp"
#include "tests/simulation/ledger.hpp"

namespace assay::simulation {

class Letters final : public host::DeadLetters {
 public:
  Letters(Chance& chance, Fibers& fibers, Ledger& ledger)
      : chance_(&chance), fibers_(&fibers), ledger_(&ledger) {}

  void send(host::DeadLetter letter, Ack ack) override {
    waiting_.emplace_back(std::move(letter), std::move(ack));
    ++counters_.sent;
  }
  bool flush(std::chrono::steady_clock::time_point) override { return waiting_.empty(); }
  host::DeadLetterCounters counters() const override { return counters_; }
  std::optional<std::string> trouble() const override { return {}; }

  // The producer's own thread.
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      fibers_->wait(Fibers::Moment::max(),
                    [&] { return stop.stop_requested() || !waiting_.empty(); });
      if (waiting_.empty()) continue;
      // Where its topic is away, everything stands.
      const auto away = std::chrono::milliseconds(chance_->fault(8) ? chance_->below(3'000) : 0);
      fibers_->wait(fibers_->now() + away, [] { return false; });
      auto [letter, ack] = std::move(waiting_.front());
      waiting_.pop_front();
      chance_->note("letter", {letter.partition.value, letter.offset.value});
      ledger_->dead_letter(letter.step, {letter.partition.value, letter.offset.value});
      fibers_->step();
      ack();
    }
  }

 private:
  Chance* chance_;
  Fibers* fibers_;
  Ledger* ledger_;
  std::deque<std::pair<host::DeadLetter, Ack>> waiting_;
  host::DeadLetterCounters counters_;
};

}  // namespace assay::simulation
