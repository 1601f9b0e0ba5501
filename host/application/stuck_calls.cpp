#include "host/application/stuck_calls.hpp"

#include <utility>

namespace assay::host {

std::optional<std::string> StuckCalls::look(const Status::Worker& worker) {
  const bool stuck = worker.silent >= kPatience && !worker.in_plugin.empty();
  const bool was_stuck = std::exchange(told_[worker.name], stuck);
  if (was_stuck && worker.silent < kPatience) return worker.name + "'s loop comes round again";
  if (!was_stuck && stuck) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(worker.silent).count();
    return worker.name + "'s loop has not come round for " + std::to_string(seconds) +
           " s; it is in " + worker.in_plugin +
           ". It judges nothing until that comes back; if it does not, restart with the rule "
           "switched off (`mode: off`)";
  }
  return std::nullopt;
}

}  // namespace assay::host
