// Everything that a worker judges with, made ready by control to take the place of what it judges
// with now; and, on the way back, what it has left.
//
// Thread: control makes and ends it; in between it belongs to the worker.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/pipeline/blueprint.hpp"
#include "core/pipeline/pipeline.hpp"
#include "core/rules/partition_rules.hpp"

namespace assay::host {

struct Succession {
  std::shared_ptr<const core::Blueprint> blueprint;  // its steps are the same ones
  std::unique_ptr<core::Pipeline> pipeline;
  std::function<std::uint64_t()> holders_unknown{};  // may be empty
  // Makes the instances of stateful rules for a partition; empty where there are none.
  std::function<std::unique_ptr<core::PartitionRules>(core::PartitionId)> partition_rules{};
  // Whether a stateful rule is what it was, so that its state means the same.
  core::PartitionRules::GoesOn state_goes_on{};
  std::string plan{};             // of snapshots
  std::size_t history_bytes = 0;  // of each partition; 0: no limit
  // On the way back: how long the worker stood for it.
  std::chrono::nanoseconds stood{};
};

}  // namespace assay::host
