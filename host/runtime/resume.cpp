#include "host/runtime/resume.hpp"

#include <algorithm>

namespace assay::host {

bool commit_counts(const std::vector<core::Step>& steps,
                   const std::vector<Claimed::Cursor>& cursors, core::PartitionId partition) {
  const bool cursors_only =
      std::any_of(steps.begin(), steps.end(),
                  [](const core::Step& step) { return step.transactional; }) &&
      std::none_of(steps.begin(), steps.end(),
                   [](const core::Step& step) { return step.required && !step.transactional; });
  const bool some_without = std::any_of(
      cursors.begin(), cursors.end(),
      [&](const Claimed::Cursor& cursor) { return cursor.partition == partition && !cursor.next; });
  return !cursors_only || some_without;
}

std::optional<core::Offset> resume_at(const std::vector<core::Step>& steps,
                                      const std::vector<Claimed::Cursor>& cursors,
                                      core::PartitionId partition,
                                      std::optional<core::Offset> committed) {
  std::optional<core::Offset> lowest;
  if (commit_counts(steps, cursors, partition)) {
    if (!committed) return std::nullopt;
    lowest = committed;
  }
  for (const auto& cursor : cursors) {
    if (cursor.partition != partition || !cursor.next) continue;
    lowest = lowest ? std::min(*lowest, *cursor.next) : *cursor.next;
  }
  return lowest;
}

}  // namespace assay::host
