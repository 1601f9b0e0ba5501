// A batch of records on its way to a sink: one relocatable block, owned.
//
// The header of the plugin ABI stands at the block's start and everything it names lies behind it.
// Once built a block only shrinks: rows that are done or dead-lettered are taken out before the
// rest is tried again.
//
// Thread: moves from the worker to the sink's thread.
#pragma once

#include <assay/record.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/configuration.hpp"
#include "core/model/position.hpp"

namespace assay::core {

class RecordBlock final {
 public:
  RecordBlock() = default;
  // Takes `size` bytes that begin with a filled header.
  RecordBlock(std::unique_ptr<std::byte[]> memory, std::size_t size,
              std::shared_ptr<const Configuration> configuration = nullptr)
      : memory_(std::move(memory)), size_(size), configuration_(std::move(configuration)) {}

  explicit operator bool() const { return memory_ != nullptr; }
  const assay_record_batch& header() const {
    return *reinterpret_cast<const assay_record_batch*>(memory_.get());
  }
  std::uint32_t rows() const { return header().batch.rows; }
  std::size_t bytes() const { return size_; }
  Offset next() const { return {header().next_offset}; }
  // Under which its records were judged; null where that is not known.
  const std::shared_ptr<const Configuration>& configuration() const { return configuration_; }

  // Keeps the rows whose flag is set, in their order.
  void keep(const std::vector<bool>& wanted);

  // Cells, for those who name a record in a log or a dead letter.
  bool has(std::uint32_t column, std::uint32_t row) const;
  // Whether the value there comes from less history than was asked for.
  bool cold(std::uint32_t column, std::uint32_t row) const;
  const std::byte* cell(std::uint32_t column, std::uint32_t row) const;
  std::string_view text(assay_cell cell) const;

 private:
  assay_record_batch& head() { return *reinterpret_cast<assay_record_batch*>(memory_.get()); }
  const assay_column& column(std::uint32_t index) const;
  std::byte validity(std::uint32_t column, std::uint32_t row) const;

  std::unique_ptr<std::byte[]> memory_;
  std::size_t size_ = 0;
  std::shared_ptr<const Configuration> configuration_;
};

}  // namespace assay::core
