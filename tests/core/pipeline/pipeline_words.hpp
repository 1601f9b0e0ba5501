// What the tests of the pipeline say in one word: a message by its id and amount, the ids that have
// come to a step.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/pipeline_bench.hpp"
#include "tests/support/record_fakes.hpp"

namespace assay::core {

using Ids = std::vector<std::string>;

inline std::string message(std::string_view id, std::string_view amount,
                           std::string_view more = {}) {
  return tests::PipelineBench::message(id, amount, more);
}

// The ids (column 0) in a step's block.
inline Ids ids(const RecordBlock& block) {
  Ids all;
  if (!block) return all;
  const tests::Relocated copy(block);
  for (std::uint32_t row = 0; row < copy.records().size(); ++row) {
    all.emplace_back(copy.records()[row][Field<std::string_view>(0)].value_or("absent"));
  }
  return all;
}

}  // namespace assay::core
