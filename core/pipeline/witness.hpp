// Whoever wants to see a judged batch whole: every field, every verdict, every decision.
//
// Called when the decisions of a batch are taken, before anything leaves. The running engine has
// none; judging one transaction offline, for a person or a test, does.
//
// Thread: the worker that owns the pipeline.
#pragma once

#include <span>

#include "core/model/decision.hpp"
#include "core/model/position.hpp"
#include "core/model/row_block.hpp"
#include "core/model/verdict_table.hpp"

namespace assay::core {

class Witness {
 public:
  virtual ~Witness() = default;
  // One offset for each row. Everything is valid during the call only.
  virtual void see(const RowBlock& block, const VerdictTable& verdicts, const Decisions& decisions,
                   std::span<const Offset> offsets) = 0;
};

}  // namespace assay::core
