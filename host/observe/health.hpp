// Whether the engine does its work, and why not.
//
// *Ready* is for people, alerts and rollouts: everything it needs is there. An engine that is not
// ready goes on: nobody routes traffic to it, it reads what it can. *Live* is for the supervisor: a
// restart would help. An outage of a peer is never a reason for a restart.
//
// Thread: any; a Liveness is asked by one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/application/status.hpp"

namespace assay::host {

struct Check {
  std::string name;
  bool ok = true;
  std::string reason;  // why not; with `ok`, what an operator may want to know all the same
};

using Checks = std::vector<Check>;

[[nodiscard]] bool all_ok(const Checks& checks);

// Start, Kafka, partitions, history, dead letters, each sink. A sink that no step requires is told
// of and changes nothing.
[[nodiscard]] Checks readiness(const Status& status);

// By progress: a worker whose loop stands still, and a partition with records to read that is not
// read although nothing is known that keeps it.
class Liveness final {
 public:
  using Clock = std::chrono::steady_clock;
  // Longer than a drain and a session take together, so that what heals itself is not called dead.
  static constexpr std::chrono::seconds kPatience{90};

  [[nodiscard]] Checks look(const Status& status, Clock::time_point now);

 private:
  struct Progress {
    std::int64_t next = 0;
    Clock::time_point since;
  };
  std::map<std::pair<std::string, std::int32_t>, Progress> partitions_;
};

}  // namespace assay::host
