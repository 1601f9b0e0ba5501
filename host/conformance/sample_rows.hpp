// Rows of made-up values for whatever columns a plugin has declared: the same for the same seed,
// column and row, however they are cut into batches.
//
// Names that every deployment has get values that look like theirs (a currency, a kind of
// transaction), so that rules find something to judge; of the others each type has its own range.
// A few cells are absent, and a few of features are cold.
//
// Thread: any.
#pragma once

#include <assay/batch.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/conformance/open_binder.hpp"

namespace assay::host {

struct SampleCell {
  std::uint8_t validity = 0;  // ASSAY_ABSENT, ASSAY_PRESENT, ASSAY_COLD
  std::int64_t bits = 0;      // an int64, or the bits of a double
  assay_token token{};
  std::string text{};
};

using SampleRow = std::vector<SampleCell>;  // by column

class SampleRows final {
 public:
  // The declaration must outlive it.
  SampleRows(const std::vector<DeclaredColumn>& columns, std::uint64_t seed);

  [[nodiscard]] std::vector<SampleRow> make(std::size_t first, std::size_t count) const;
  [[nodiscard]] std::vector<SampleRow> absent(std::size_t count) const;
  // The least and the largest value of each type, and long and empty texts.
  [[nodiscard]] std::vector<SampleRow> extremes() const;

 private:
  [[nodiscard]] SampleCell cell(std::size_t column, std::size_t row) const;

  const std::vector<DeclaredColumn>* columns_;
  std::uint64_t seed_;
};

}  // namespace assay::host
