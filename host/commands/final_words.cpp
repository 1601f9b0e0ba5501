#include "host/commands/final_words.hpp"

#include <spdlog/fmt/fmt.h>

namespace assay::host {

std::vector<std::string> final_words(const Status& status) {
  std::vector<std::string> lines{fmt::format(
      "stopped: {} received, {} delivered, {} dead-lettered, {} duplicates, {} given back",
      status.received, status.delivered, status.dead_lettered, status.duplicates,
      status.in_flight)};
  const auto& history = status.features;
  if (history.applied > 0 || history.redelivered > 0) {
    lines.push_back(fmt::format(
        "history: {} counted, {} late, {} answers approximate, {} at a limit, {} keys evicted for "
        "want of memory, {} forgotten as too old",
        history.applied, history.late, history.approximate, history.saturated, history.evicted,
        history.forgotten));
  }
  if (status.passed_over > 0) {
    lines.push_back(fmt::format(
        "order: {} times a worker that stood still was waited for no longer", status.passed_over));
  }
  const auto& snapshots = status.snapshots;
  if (snapshots.written > 0 || snapshots.failed > 0 || snapshots.given_up > 0) {
    lines.push_back(fmt::format("snapshots: {} written, {} bytes, {} failed, {} given up",
                                snapshots.written, snapshots.bytes, snapshots.failed,
                                snapshots.given_up));
  }
  return lines;
}

}  // namespace assay::host
