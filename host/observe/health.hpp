// Whether the engine does its work, and why not.
//
// *Ready* is for people, alerts and rollouts: everything it needs is there. An engine that is not
// ready goes on: nobody routes traffic to it, it reads what it can. *Live* is for the supervisor: a
// restart would help. An outage of a peer is never a reason for a restart.
//
// Thread: any.
#pragma once

#include <chrono>
#include <string>
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

// Start, Kafka, partitions, history, dead letters, each rule with a process of its own, each sink.
// A sink that no step requires is told of and changes nothing; so is a required one whose records
// go to fallbacks meanwhile.
[[nodiscard]] Checks readiness(const Status& status);

// Longer than a worker takes for a drain, a snapshot's restoring or a slow broker's answers, so
// that what heals itself is not called dead.
inline constexpr std::chrono::seconds kLivePatience{90};

// By progress: a worker whose loop stands still, and a partition with records that nobody reads.
[[nodiscard]] Checks liveness(const Status& status);

}  // namespace assay::host
