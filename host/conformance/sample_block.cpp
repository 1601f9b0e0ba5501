#include "host/conformance/sample_block.hpp"

#include <assay/rule.h>

#include <cstring>
#include <string_view>

namespace assay::host {
namespace {

constexpr std::size_t kCell = 16;  // bytes: a token fits

// The bytes of a block, put together; offsets are from its start.
class Layout {
 public:
  Layout(std::size_t header, const std::vector<DeclaredColumn>& columns,
         std::span<const SampleRow> rows, const BlockShape& shape)
      : columns_at_(header) {
    const auto cells_at = columns_at_ + columns.size() * sizeof(assay_column);
    const auto validity_at = cells_at + columns.size() * rows.size() * kCell;
    bytes_.resize(validity_at + columns.size() * rows.size());
    bytes_.resize((bytes_.size() + 7) / 8 * 8);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const bool by_row = shape.order == BlockShape::Order::by_row;
      const auto step = by_row ? columns.size() : 1;
      const auto first = by_row ? c : c * rows.size();
      const assay_column column{cells_at + first * kCell, validity_at + first,
                                static_cast<std::uint32_t>(step * kCell),
                                static_cast<std::uint32_t>(step)};
      put(columns_at_ + c * sizeof(assay_column), column);
      for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto& cell = rows[r][c];
        bytes_[column.validity + r * step] = std::byte{cell.validity};
        put_cell(column.cells + r * column.stride, columns[c].type, cell, shape.rubbish);
      }
    }
  }

  template <class T>
  void put(std::size_t at, const T& value) {
    std::memcpy(bytes_.data() + at, &value, sizeof value);
  }
  // Answers where it begins.
  template <class T>
  std::size_t append(const std::vector<T>& table) {
    const auto at = bytes_.size();
    bytes_.resize(at + table.size() * sizeof(T));
    if (!table.empty()) std::memcpy(bytes_.data() + at, table.data(), table.size() * sizeof(T));
    return at;
  }
  assay_cell text(std::string_view text) {
    const assay_cell cell{static_cast<std::uint32_t>(arena_.size()),
                          static_cast<std::uint32_t>(text.size())};
    arena_ += text;
    return cell;
  }

  // Last of all: the texts go behind everything else.
  assay_batch finish(std::uint32_t size, std::size_t rows, std::size_t columns,
                     std::uint64_t sequence) {
    const auto arena_at = bytes_.size();
    bytes_.resize((arena_at + arena_.size() + 7) / 8 * 8);
    std::memcpy(bytes_.data() + arena_at, arena_.data(), arena_.size());
    return {size,
            static_cast<std::uint32_t>(rows),
            static_cast<std::uint32_t>(columns),
            0,
            columns_at_,
            arena_at,
            arena_.size(),
            bytes_.size(),
            sequence};
  }

  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  void put_cell(std::size_t at, std::uint32_t type, const SampleCell& cell, std::uint8_t rubbish) {
    std::memset(bytes_.data() + at, rubbish, kCell);
    if (cell.validity == ASSAY_ABSENT) return;
    if (type == ASSAY_TEXT) {
      put(at, text(cell.text));
    } else if (type == ASSAY_TOKEN) {
      put(at, cell.token);
    } else {
      put(at, cell.bits);
    }
  }

  std::vector<std::byte> bytes_;
  std::string arena_;
  std::size_t columns_at_;
};

constexpr const char* kTouched = "writes into the batch that it was given, or reads behind its end";

GuardedMemory block_of_rule(const std::vector<DeclaredColumn>& columns,
                            std::span<const SampleRow> rows, const BlockShape& shape) {
  Layout layout(sizeof(assay_batch), columns, rows, shape);
  layout.put(0, layout.finish(sizeof(assay_batch), rows.size(), columns.size(), shape.sequence));
  return GuardedMemory(layout.bytes(), kTouched);
}

GuardedMemory block_of_sink(const std::vector<DeclaredColumn>& columns,
                            std::span<const SampleRow> rows, const BlockShape& shape,
                            std::uint32_t kind, std::int64_t first_offset) {
  Layout layout(sizeof(assay_record_batch), columns, rows, shape);
  assay_record_batch head{};
  head.kind = kind;
  head.topic = layout.text("validate.transactions");
  head.group = layout.text("assay-validate");
  head.step = layout.text("main.validate");
  head.first_offset = first_offset;
  head.next_offset = first_offset + static_cast<std::int64_t>(rows.size());
  if (kind == ASSAY_DECISION) {
    // Every second decision has been brought about by somebody.
    const assay_record_evidence evidence{layout.text("amount"), layout.text("EUR"), ASSAY_DECIMAL,
                                         0, 5'000'000};
    std::vector<assay_span> spans;
    std::vector<assay_record_verdict> verdicts;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const bool hit = row % 2 == 1;
      spans.push_back({static_cast<std::uint32_t>(verdicts.size()), hit ? 1u : 0u});
      if (!hit) continue;
      assay_record_verdict verdict{};
      verdict.rule = layout.text("large_transfer");
      verdict.plugin = layout.text("large_amount 1.0.0");
      verdict.reason = layout.text("large_amount");
      verdict.words = layout.text("500.00 EUR is more than 400.00");
      verdict.evidence = {0, 1};
      verdict.version = 1;
      verdict.answer = ASSAY_HIT;
      verdict.mode = ASSAY_LIVE;
      verdict.score = ASSAY_SCORE_ONE / 2;
      verdicts.push_back(verdict);
    }
    head.verdict_spans = layout.append(spans);
    head.verdicts = layout.append(verdicts);
    head.evidence = layout.append(std::vector{evidence});
    head.verdict_count = static_cast<std::uint32_t>(verdicts.size());
    head.evidence_count = 1;
  }
  head.batch =
      layout.finish(sizeof(assay_record_batch), rows.size(), columns.size(), shape.sequence);
  layout.put(0, head);
  return GuardedMemory(layout.bytes(), kTouched);
}

}  // namespace

SampleBlock::SampleBlock(const std::vector<DeclaredColumn>& columns,
                         std::span<const SampleRow> rows, const BlockShape& shape)
    : memory_(block_of_rule(columns, rows, shape)) {}

SampleRecords::SampleRecords(const std::vector<DeclaredColumn>& columns,
                             std::span<const SampleRow> rows, const BlockShape& shape,
                             std::uint32_t kind, std::int64_t first_offset)
    : memory_(block_of_sink(columns, rows, shape, kind, first_offset)) {}

}  // namespace assay::host
