#include "core/sinks/record_builder.hpp"

#include <cstring>
#include <utility>

namespace assay::core {
namespace {

std::size_t aligned(std::size_t bytes) { return (bytes + 15) / 16 * 16; }

template <class T>
std::size_t append_table(std::byte* memory, std::size_t at, const std::vector<T>& table) {
  if (!table.empty()) std::memcpy(memory + at, table.data(), table.size() * sizeof(T));
  return at;
}

}  // namespace

RecordBuilder::RecordBuilder(const Layout& layout, const std::vector<std::optional<Slot>>& columns,
                             Identity identity)
    : identity_(std::move(identity)) {
  std::uint32_t cells = 0;
  for (const auto& slot : columns) {
    if (!slot) {
      columns_.emplace_back();
      continue;
    }
    const auto& entry = layout[*slot];
    columns_.push_back(Copy{entry.cell, layout.validity(*slot), cells, 0, cell_size(entry.type),
                            entry.type == FieldType::text});
    cells += cell_size(entry.type);
  }
  auto validity = cells;
  for (auto& column : columns_) {
    if (column) column->to_validity = validity++;
  }
  stride_ = static_cast<std::uint32_t>(aligned(validity));
}

assay_cell RecordBuilder::put_text(std::string_view text) {
  const assay_cell cell{static_cast<std::uint32_t>(arena_.size()),
                        static_cast<std::uint32_t>(text.size())};
  arena_.insert(arena_.end(), text.begin(), text.end());
  return cell;
}

void RecordBuilder::append(const RowBlock& block, std::uint32_t row) {
  row_bytes_.resize(row_bytes_.size() + stride_);
  auto* to = row_bytes_.data() + std::size_t{rows_} * stride_;
  const auto* from = block.row_at(row);
  for (const auto& column : columns_) {
    if (!column) continue;
    to[column->to_validity] = from[column->from_validity];
    if (from[column->from_validity] == std::byte{ASSAY_ABSENT}) continue;
    if (column->text) {
      assay_cell cell;
      std::memcpy(&cell, from + column->from_cell, sizeof cell);
      cell = put_text({reinterpret_cast<const char*>(block.arena()) + cell.offset, cell.size});
      std::memcpy(to + column->to_cell, &cell, sizeof cell);
    } else {
      std::memcpy(to + column->to_cell, from + column->from_cell, column->size);
    }
  }
  ++rows_;
}

void RecordBuilder::append(const RowBlock& block, std::uint32_t row, const Decisions& decisions,
                           const std::vector<RuleInfo>& rules) {
  append(block, row);
  const auto noted = decisions.of(row);
  spans_.push_back(
      {static_cast<std::uint32_t>(verdicts_.size()), static_cast<std::uint32_t>(noted.size())});
  for (const auto& verdict : noted) put_verdict(verdict, rules[verdict.rule], block, row);
}

void RecordBuilder::put_verdict(const NotedVerdict& noted, const RuleInfo& rule,
                                const RowBlock& block, std::uint32_t row) {
  assay_record_verdict verdict{};
  verdict.rule = put_text(rule.id);
  verdict.plugin = put_text(rule.plugin);
  verdict.version = rule.version;
  verdict.answer = noted.answer;
  verdict.mode = static_cast<std::uint16_t>(rule.mode);
  verdict.score = noted.score;
  verdict.action = static_cast<std::uint16_t>(noted.action);
  verdict.evidence.first = static_cast<std::uint32_t>(evidence_.size());
  if (noted.answer == ASSAY_HIT) {
    const auto& reason = rule.reasons[noted.reason];
    verdict.reason = put_text(reason.code);
    words_.clear();
    reason.words.append_to(words_, reason.evidence, noted.evidence, block, row);
    verdict.words = put_text(words_);
    if (!reason.customer_words.empty()) {
      words_.clear();
      reason.customer_words.append_to(words_, reason.evidence, noted.evidence, block, row);
      verdict.customer_words = put_text(words_);
      verdict.audience = ASSAY_FOR_CUSTOMER;
    }
    verdict.evidence.count = static_cast<std::uint32_t>(reason.evidence.size());
    for (std::size_t i = 0; i < reason.evidence.size(); ++i) {
      const auto& info = reason.evidence[i];
      evidence_.push_back({put_text(info.name), put_text(info.unit),
                           static_cast<std::uint32_t>(info.type), 0, noted.evidence[i]});
    }
  }
  verdicts_.push_back(verdict);
}

RecordBlock RecordBuilder::finish(PartitionId partition, Offset first, Offset next) {
  assay_record_batch head{};
  head.topic = put_text(identity_.topic);
  head.group = put_text(identity_.group);
  head.step = put_text(identity_.step);

  const auto count = columns_.size();
  const auto absent = aligned(sizeof head + count * sizeof(assay_column));  // zero cell and flag
  const auto spans = absent + 32;
  const auto verdicts = aligned(spans + spans_.size() * sizeof(assay_span));
  const auto evidence = aligned(verdicts + verdicts_.size() * sizeof(assay_record_verdict));
  const auto rows = aligned(evidence + evidence_.size() * sizeof(assay_record_evidence));
  const auto arena = rows + row_bytes_.size();
  const auto size = arena + arena_.size();

  auto memory = std::make_unique_for_overwrite<std::byte[]>(size);
  std::memset(memory.get() + absent, 0, 32);
  append_table(memory.get(), spans, spans_);
  append_table(memory.get(), verdicts, verdicts_);
  append_table(memory.get(), evidence, evidence_);
  append_table(memory.get(), rows, row_bytes_);
  append_table(memory.get(), arena, arena_);

  auto* described = memory.get() + sizeof head;
  for (const auto& column : columns_) {
    const auto place =
        column ? assay_column{rows + column->to_cell, rows + column->to_validity, stride_, stride_}
               : assay_column{absent, absent + 16, 0, 0};
    std::memcpy(described, &place, sizeof place);
    described += sizeof place;
  }

  head.batch.size = sizeof head;
  head.batch.rows = rows_;
  head.batch.column_count = static_cast<std::uint32_t>(count);
  head.batch.columns = sizeof head;
  head.batch.arena = arena;
  head.batch.arena_size = arena_.size();
  head.batch.block_size = size;
  head.kind = identity_.kind;
  head.partition = partition.value;
  head.first_offset = first.value;
  head.next_offset = next.value;
  head.verdict_spans = spans_.empty() ? 0 : spans;
  head.verdicts = verdicts;
  head.evidence = evidence;
  head.verdict_count = static_cast<std::uint32_t>(verdicts_.size());
  head.evidence_count = static_cast<std::uint32_t>(evidence_.size());
  std::memcpy(memory.get(), &head, sizeof head);

  rows_ = 0;
  row_bytes_.clear();
  arena_.clear();
  spans_.clear();
  verdicts_.clear();
  evidence_.clear();
  return {std::move(memory), size};
}

}  // namespace assay::core
