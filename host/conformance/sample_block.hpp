// A batch of made-up rows as a plugin gets it: one relocatable block, laid out by columns or by
// rows, in memory that the plugin can read and nobody can write, and that ends where the block
// ends.
//
// Thread: the one that calls the plugin.
#pragma once

#include <assay/batch.h>
#include <assay/record.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/conformance/guarded_memory.hpp"
#include "host/conformance/open_binder.hpp"
#include "host/conformance/sample_rows.hpp"

namespace assay::host {

struct BlockShape {
  enum class Order { by_column, by_row };

  Order order = Order::by_column;
  std::uint8_t rubbish = 0xdd;  // what fills the cells of absent values
  std::uint64_t sequence = 0;
};

// For rules.
class SampleBlock final {
 public:
  SampleBlock(const std::vector<DeclaredColumn>& columns, std::span<const SampleRow> rows,
              const BlockShape& shape);
  [[nodiscard]] const assay_batch* batch() const {
    return reinterpret_cast<const assay_batch*>(memory_.data());
  }

 private:
  GuardedMemory memory_;
};

// For sinks: the same with the header of records, and a verdict for each decision.
class SampleRecords final {
 public:
  SampleRecords(const std::vector<DeclaredColumn>& columns, std::span<const SampleRow> rows,
                const BlockShape& shape, std::uint32_t kind, std::int64_t first_offset);
  [[nodiscard]] const assay_record_batch* batch() const {
    return reinterpret_cast<const assay_record_batch*>(memory_.data());
  }

 private:
  GuardedMemory memory_;
};

}  // namespace assay::host
