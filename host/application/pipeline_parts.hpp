// Everything that a pipeline is made of, put together from the assembly: the block, the decoder, an
// instance of each rule, the enrichers. The workers of a running engine and whoever judges offline
// make theirs here, so that both judge alike.
//
// Thread: control makes it; afterwards it belongs to the thread that runs the pipeline.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/pipeline/pipeline.hpp"
#include "host/application/assembly.hpp"
#include "host/enrich/holders.hpp"

namespace assay::host {

struct PipelineRequest {
  std::uint32_t number = 0;  // of the worker
  std::uint32_t workers = 1;
  const Holders* holders = nullptr;  // outlive the pipeline; null: nobody is known
  // Of all workers, outlives the pipeline; null where nothing is remembered.
  core::SharedHistory* history = nullptr;
  // Judging later or earlier than it happened: no transaction's time is implausible.
  bool any_time = false;
};

// What the pipeline points to must outlive it, so it is made from `parts` last and goes first.
struct PipelineParts {
  std::unique_ptr<core::CardTokenizer> tokenizer;
  std::vector<std::unique_ptr<core::Enricher>> enrichers;
  const HolderJoin* join = nullptr;  // among the enrichers; null where nobody reads a holder
  std::optional<core::Pipeline::Parts> parts;
};

// Nothing where it is refused: `diagnostics` says why.
[[nodiscard]] std::optional<PipelineParts> make_pipeline_parts(Assembly& assembly,
                                                               const Assembly::Stream& stream,
                                                               const PipelineRequest& request,
                                                               Diagnostics& diagnostics);

// The table of account holders, empty so far. Null where the configuration has none and, with a
// diagnostic, where the two sides cannot be joined.
[[nodiscard]] std::unique_ptr<Holders> make_holders(Assembly& assembly, Diagnostics& diagnostics);

// The instances of all stateful rules for one partition. One that cannot be made is reported and
// left empty: the rule's verdicts are errors there, never silence. Thread: the worker that owns the
// partition.
using ReportFailure = std::function<void(const std::string& rule, const std::string& why)>;
[[nodiscard]] std::unique_ptr<core::PartitionRules> make_partition_rules(
    const Assembly& assembly, const PipelineRequest& request, core::PartitionId partition,
    const ReportFailure& report);

// How messages are read, as configured; card numbers become tokens by `tokenizer`, which must
// outlive the decoder and may be null.
[[nodiscard]] core::DecodeOptions decode_options(const Assembly& assembly,
                                                 const core::CardTokenizer* tokenizer);

}  // namespace assay::host
