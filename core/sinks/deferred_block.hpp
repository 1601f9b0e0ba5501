// What a deferred step gets of a batch: it rides along with the batch of the step whose sink stores
// it in an outbox, and is delivered from there.
//
// Thread: moves from the worker to the sink's thread.
#pragma once

#include <cstddef>

#include "core/sinks/record_block.hpp"

namespace assay::core {

struct DeferredBlock {
  std::size_t step = 0;  // the deferred one
  RecordBlock block;
};

}  // namespace assay::core
