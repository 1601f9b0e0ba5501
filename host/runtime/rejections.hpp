// Records that a sink can never store: each becomes one dead letter, and only then is it done.
//
// Thread: the sink's.
#pragma once

#include <stop_token>

#include "core/sinks/record_block.hpp"
#include "host/kafka/dead_letters.hpp"
#include "host/plugins/sink_plugin.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

class Rejections final {
 public:
  // All must outlive it.
  Rejections(DeadLetters& dead_letters, const SinkPlugin& sink)
      : dead_letters_(&dead_letters), sink_(&sink) {}

  // Waits until the dead letter is durable. False when the stop came first.
  bool put(const core::RecordBlock& block, std::uint32_t row, const Trouble& why,
           const std::stop_token& stop);

 private:
  DeadLetters* dead_letters_;
  const SinkPlugin* sink_;
};

}  // namespace assay::host
