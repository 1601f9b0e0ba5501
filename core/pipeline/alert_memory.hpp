// Which alerts a step has let through of late, so that a storm of them is told once in a while and
// not each time.
//
// An alert is a rule that hit, for one key: the customer. A decision is let through where any of
// its alerts was not let through within the cooldown before; then all of them count as told, so a
// storm that goes on is told again when the cooldown is over. Time is that of the events, so a
// record that is read again finds what it found at first. It does not outlive the process, nor is
// it in snapshots: after a restart an alert may be told once more.
//
// Thread: the worker that owns the partition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

namespace assay::core {

class AlertMemory final {
 public:
  // Alerts that are remembered at most; one beyond is let through: told too often is not lost.
  static constexpr std::size_t kMost = 1u << 18;

  // Nanoseconds of event time.
  explicit AlertMemory(std::int64_t cooldown) : cooldown_(cooldown) {}

  // Of the alerts of one decision, by their hashes.
  bool let_through(std::span<const std::uint64_t> alerts, std::int64_t event_time);

  [[nodiscard]] std::size_t size() const { return told_.size(); }

 private:
  [[nodiscard]] bool cooled(std::uint64_t alert, std::int64_t event_time) const;
  void forget_old();

  std::int64_t cooldown_;
  std::int64_t newest_ = 0;
  std::size_t sweep_at_ = 1'024;
  std::int64_t sweep_after_ = 0;                          // event time
  std::unordered_map<std::uint64_t, std::int64_t> told_;  // event time
};

}  // namespace assay::core
