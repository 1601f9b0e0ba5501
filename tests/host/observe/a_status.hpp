// An engine that does its work, as a picture: tests change what they are about.
#pragma once

#include "host/application/status.hpp"

namespace assay::testing {

inline host::Status a_status() {
  host::Status status;
  status.running = true;
  status.partitions_assigned = 2;
  status.received = 110;
  status.delivered = 90;
  status.dead_lettered = 5;
  status.duplicates = 3;
  status.in_flight = 12;
  status.decisions = {80, 7, 3};
  status.rules = {{.id = "large_amount", .plugin = "large_amount 1.2.0", .hits = 4},
                  {.id = "trial", .live = false}};
  status.workers = {{.name = "worker-0", .partitions = 2, .trouble = {}, .in_plugin = {}}};
  status.sinks = {
      {.id = "database", .plugin = "postgres 1.2.0", .required = true, .reason = {}, .records = 90},
      {.id = "archive", .reason = {}}};
  status.partitions = {{.topic = "payments", .number = 0, .next = 60, .lag = 4},
                       {.topic = "payments", .number = 1, .next = 50, .lag = 0}};
  return status;
}

}  // namespace assay::testing
