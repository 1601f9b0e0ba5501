// Builds the batches of one chain step: copies out of the worker's rows what the step's sink bound.
//
// A row's cells stand in the order in which the worker has them, so neighbours are copied together:
// a sink that binds everything costs two copies a row. Texts are copied one by one, but those that
// the worker keeps for all rows once a block. Rows of many small batches may be gathered before
// finish() lays everything out in one block. The builder keeps its buffers, so in steady state the
// only allocation is the finished block.
//
// Thread: the worker that owns it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/decision.hpp"
#include "core/model/position.hpp"
#include "core/model/row_block.hpp"
#include "core/sinks/record_block.hpp"
#include "core/sinks/told_verdict.hpp"

namespace assay::core {

class RecordBuilder final {
 public:
  struct Identity {
    std::uint32_t kind = ASSAY_DECISION;
    std::string topic;
    std::string group;
    std::string step;
    std::shared_ptr<const Configuration> configuration = nullptr;
  };

  // `columns` in the order in which the sink declared them; nullopt is always absent. The layout
  // must outlive the builder.
  RecordBuilder(const Layout& layout, const std::vector<std::optional<Slot>>& columns,
                Identity identity);

  void append(const RowBlock& block, std::uint32_t row);
  void append(const RowBlock& block, std::uint32_t row, const Decisions& decisions,
              const std::vector<RuleInfo>& rules);
  // Of a record that was kept.
  void append(const RowBlock& block, std::uint32_t row, std::span<const ToldVerdict> verdicts);

  std::uint32_t rows() const { return rows_; }

  // Everything appended since the last call, as the range [first, next) of that partition.
  RecordBlock finish(PartitionId partition, Offset first, Offset next);

 private:
  struct Place {  // of a field in our row
    std::uint32_t cell = 0;
    std::uint32_t validity = 0;
  };
  struct Run {  // bytes that lie together in the worker's row and in ours
    std::uint32_t from;
    std::uint32_t to;
    std::uint32_t size;
  };

  void add_run(std::uint32_t from, std::uint32_t to, std::uint32_t size);
  std::byte* add_row();
  assay_cell put_text(std::string_view text);
  void put_verdict(const NotedVerdict& noted, const RuleInfo& rule, const RowBlock& block,
                   std::uint32_t row);

  Identity identity_;
  std::vector<std::optional<Place>> columns_;
  std::vector<Run> runs_;
  std::vector<Place> texts_;
  std::uint32_t stride_ = 0;
  std::uint32_t rows_ = 0;
  std::size_t arena_used_ = 0;
  std::vector<std::byte> row_bytes_;  // the first rows_ * stride_ of it
  std::vector<std::byte> arena_;      // the first arena_used_ of it
  std::vector<assay_span> spans_;
  std::vector<assay_record_verdict> verdicts_;
  std::vector<assay_record_evidence> evidence_;
  std::string words_;
};

}  // namespace assay::core
