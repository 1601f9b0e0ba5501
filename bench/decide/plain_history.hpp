// The twenty features as fields of decoded rows, computed the plain way.
//
// Thread: the pipeline's.
#pragma once

#include <vector>

#include "bench/features/plain_features.hpp"
#include "core/pipeline/pipeline.hpp"

namespace assay::bench {

class PlainHistory final : public core::Enricher {
 public:
  // The layout of a configuration in which the features are fields.
  explicit PlainHistory(const core::Layout& layout);

  void enrich(core::RowBlock& block) override;

 private:
  void write(core::RowBlock& block, std::uint32_t row, const PlainFeatures::Answers& answers) const;

  PlainFeatures features_;
  std::vector<core::Slot> fields_;  // in the order of the answers
};

}  // namespace assay::bench
