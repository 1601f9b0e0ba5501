// The cap on declines: alarms when the engine declines more in a window of event time than it
// should. It changes no decision.
//
// Shared by the workers and locked once a batch. Which worker comes first is chance, so at the edge
// of the window two runs may differ by a batch; a decision never depends on it.
//
// Thread: any.
#pragma once

#include <mutex>

#include "core/decision/alarm.hpp"
#include "core/pipeline/decline_watch.hpp"

namespace assay::host {

class DeclineCap final : public core::DeclineWatch {
 public:
  explicit DeclineCap(const core::AlarmLimits& limits) : limits_(limits), alarm_(limits) {}

  void see(std::span<const std::int64_t> event_times,
           std::span<const core::Decision> decisions) override;

  [[nodiscard]] core::Alarm::State state() const;

  void save(core::StateSink& to) const;
  [[nodiscard]] bool load(core::StateSource& from);

 private:
  core::AlarmLimits limits_;
  mutable std::mutex mutex_;
  core::Alarm alarm_;
};

}  // namespace assay::host
