// Since when each partition has had records that were not read, although nothing is known that
// keeps them.
//
// Looked at once a second, so a partition that moves is never far behind the clock, however rarely
// somebody asks.
//
// Thread: the owner's.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <vector>

#include "host/kafka/message_source.hpp"

namespace assay::host {

class WaitingPartitions final {
 public:
  using Clock = std::chrono::steady_clock;
  struct Reading {
    Lag lag;
    Clock::time_point waits_since;  // of now: it does not wait
  };

  // `kept`: somebody knows why this one is not read.
  std::vector<Reading> look(const std::vector<Lag>& lags,
                            const std::function<bool(const Lag&)>& kept, Clock::time_point now) {
    std::vector<Reading> readings;
    std::map<core::PartitionId, Place> seen;
    for (const auto& lag : lags) {
      const auto before = places_.find(lag.partition);
      const bool waits = before != places_.end() && before->second.next == lag.next &&
                         lag.records() > 0 && !kept(lag);
      const auto since = waits ? before->second.since : now;
      seen[lag.partition] = {lag.next, since};
      readings.push_back({lag, since});
    }
    places_ = std::move(seen);
    return readings;
  }

 private:
  struct Place {
    core::Offset next;
    Clock::time_point since;
  };
  std::map<core::PartitionId, Place> places_;
};

}  // namespace assay::host
