#include "core/sinks/record_join.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace assay::core {
namespace {

constexpr std::size_t kAbsentCell = 32;  // a zero cell of any type and a zero validity byte

std::size_t aligned(std::size_t bytes) { return (bytes + 15) / 16 * 16; }

const std::byte* base(const RecordBlock& block) {
  return reinterpret_cast<const std::byte*>(&block.header());
}

// Where a block's rows begin and how far apart they are; nothing where no column is in the rows.
struct Rows {
  std::size_t begin = 0;
  std::size_t stride = 0;
};
Rows rows_of(const RecordBlock& block) {
  const auto& batch = block.header().batch;
  const auto* columns = reinterpret_cast<const assay_column*>(base(block) + batch.columns);
  Rows rows{batch.arena, 0};
  for (std::uint32_t i = 0; i < batch.column_count; ++i) {
    if (columns[i].stride == 0) continue;
    rows.stride = columns[i].stride;
    rows.begin = std::min<std::size_t>(rows.begin, columns[i].cells);
  }
  return rows;
}

void shift(assay_cell& cell, std::size_t by) { cell.offset += static_cast<std::uint32_t>(by); }

// Sections of the joined block, filled from front to back.
struct Sections {
  std::size_t rows = 0;  // offsets of what comes next
  std::size_t arena = 0;
  std::size_t spans = 0;
  std::size_t verdicts = 0;
  std::size_t evidence = 0;
};

void append_verdicts(const RecordBlock& block, std::byte* to, Sections& at, const Sections& begin,
                     std::size_t texts) {
  const auto& head = block.header();
  const auto first_verdict = (at.verdicts - begin.verdicts) / sizeof(assay_record_verdict);
  const auto first_evidence = (at.evidence - begin.evidence) / sizeof(assay_record_evidence);

  const auto* spans = reinterpret_cast<const assay_span*>(base(block) + head.verdict_spans);
  for (std::uint32_t row = 0; row < head.batch.rows; ++row) {
    auto span = spans[row];
    span.first += static_cast<std::uint32_t>(first_verdict);
    std::memcpy(to + at.spans, &span, sizeof span);
    at.spans += sizeof span;
  }
  const auto* verdicts = reinterpret_cast<const assay_record_verdict*>(base(block) + head.verdicts);
  for (std::uint32_t i = 0; i < head.verdict_count; ++i) {
    auto verdict = verdicts[i];
    for (auto* cell : {&verdict.rule, &verdict.plugin, &verdict.reason, &verdict.words,
                       &verdict.customer_words}) {
      shift(*cell, texts);
    }
    verdict.evidence.first += static_cast<std::uint32_t>(first_evidence);
    std::memcpy(to + at.verdicts, &verdict, sizeof verdict);
    at.verdicts += sizeof verdict;
  }
  const auto* evidence =
      reinterpret_cast<const assay_record_evidence*>(base(block) + head.evidence);
  for (std::uint32_t i = 0; i < head.evidence_count; ++i) {
    auto one = evidence[i];
    shift(one.name, texts);
    shift(one.unit, texts);
    std::memcpy(to + at.evidence, &one, sizeof one);
    at.evidence += sizeof one;
  }
}

void append_rows(const RecordBlock& block, const std::vector<FieldType>& types, std::byte* to,
                 Sections& at, std::size_t texts) {
  const auto& batch = block.header().batch;
  const auto rows = rows_of(block);
  const auto bytes = batch.rows * rows.stride;
  if (bytes > 0) std::memcpy(to + at.rows, base(block) + rows.begin, bytes);
  const auto* columns = reinterpret_cast<const assay_column*>(base(block) + batch.columns);
  for (std::uint32_t column = 0; column < batch.column_count; ++column) {
    if (types[column] != FieldType::text || columns[column].stride == 0) continue;
    auto* cell = to + at.rows + (columns[column].cells - rows.begin);
    for (std::uint32_t row = 0; row < batch.rows; ++row, cell += rows.stride) {
      assay_cell text;
      std::memcpy(&text, cell, sizeof text);
      shift(text, texts);
      std::memcpy(cell, &text, sizeof text);
    }
  }
  at.rows += bytes;
}

}  // namespace

RecordBlock join(std::span<const RecordBlock* const> blocks, const std::vector<FieldType>& types) {
  auto head = blocks.front()->header();
  const bool judged = std::any_of(blocks.begin(), blocks.end(), [](const RecordBlock* block) {
    return block->header().verdict_spans != 0;
  });
  const auto stride = rows_of(*blocks.front()).stride;
  std::size_t arena_size = 0;
  head.batch.rows = 0;
  head.verdict_count = 0;
  head.evidence_count = 0;
  for (const auto* block : blocks) {
    head.batch.rows += block->rows();
    head.verdict_count += block->header().verdict_count;
    head.evidence_count += block->header().evidence_count;
    arena_size += block->header().batch.arena_size;
  }

  const auto absent = aligned(sizeof head + head.batch.column_count * sizeof(assay_column));
  Sections begin;
  begin.spans = absent + kAbsentCell;
  begin.verdicts = aligned(begin.spans + (judged ? head.batch.rows : 0) * sizeof(assay_span));
  begin.evidence = aligned(begin.verdicts + head.verdict_count * sizeof(assay_record_verdict));
  begin.rows = aligned(begin.evidence + head.evidence_count * sizeof(assay_record_evidence));
  begin.arena = begin.rows + head.batch.rows * stride;
  const auto size = begin.arena + arena_size;

  auto memory = std::make_unique_for_overwrite<std::byte[]>(size);
  std::memset(memory.get(), 0, begin.rows);
  auto at = begin;
  for (const auto* block : blocks) {
    const auto texts = at.arena - begin.arena;
    const auto& batch = block->header().batch;
    if (block->rows() > 0) {
      append_rows(*block, types, memory.get(), at, texts);
      if (judged) append_verdicts(*block, memory.get(), at, begin, texts);
    }
    std::memcpy(memory.get() + at.arena, base(*block) + batch.arena, batch.arena_size);
    at.arena += batch.arena_size;
  }

  // The columns stand where they stood in the first block's rows.
  const auto& first = *blocks.front();
  const auto first_rows = rows_of(first);
  const auto* columns =
      reinterpret_cast<const assay_column*>(base(first) + first.header().batch.columns);
  auto* described = memory.get() + sizeof head;
  for (std::uint32_t i = 0; i < head.batch.column_count; ++i) {
    auto column = columns[i];
    if (column.stride == 0) {
      column = {absent, absent + 16, 0, 0};
    } else {
      column.cells = column.cells - first_rows.begin + begin.rows;
      column.validity = column.validity - first_rows.begin + begin.rows;
    }
    std::memcpy(described, &column, sizeof column);
    described += sizeof column;
  }
  head.batch.columns = sizeof head;
  head.batch.arena = begin.arena;
  head.batch.arena_size = arena_size;
  head.batch.block_size = size;
  head.next_offset = blocks.back()->header().next_offset;
  head.verdict_spans = judged ? begin.spans : 0;
  head.verdicts = begin.verdicts;
  head.evidence = begin.evidence;
  std::memcpy(memory.get(), &head, sizeof head);
  return {std::move(memory), size, blocks.front()->configuration()};
}

}  // namespace assay::core
