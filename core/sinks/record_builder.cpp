#include "core/sinks/record_builder.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/model/copy_text.hpp"

namespace assay::core {
namespace {

std::size_t aligned(std::size_t bytes) { return (bytes + 15) / 16 * 16; }

template <class T>
void put_table(std::byte* memory, std::size_t at, const std::vector<T>& table, std::size_t count) {
  if (count > 0) std::memcpy(memory + at, table.data(), count * sizeof(T));
}

// What a builder keeps from batch to batch; a few large texts are no reason to hold more.
constexpr std::size_t kKept = 1 << 19;

// Room for `needed`, growing by at least half.
void make_room(std::vector<std::byte>& bytes, std::size_t needed) {
  if (needed > bytes.size()) bytes.resize(std::max(needed, bytes.size() * 3 / 2));
}

}  // namespace

RecordBuilder::RecordBuilder(const Layout& layout, const std::vector<std::optional<Slot>>& columns,
                             Identity identity)
    : identity_(std::move(identity)) {
  std::vector<std::size_t> order;  // of columns, as their fields stand in the worker's row
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i]) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return columns[a]->index < columns[b]->index;
  });
  columns_.resize(columns.size());
  for (const auto i : order) {
    const auto& entry = layout[*columns[i]];
    columns_[i].emplace().cell = stride_;
    add_run(entry.cell, stride_, cell_size(entry.type));
    stride_ += cell_size(entry.type);
  }
  for (const auto i : order) {
    columns_[i]->validity = stride_;
    add_run(layout.validity(*columns[i]), stride_, 1);
    ++stride_;
    if (layout[*columns[i]].type == FieldType::text) texts_.push_back(*columns_[i]);
  }
  stride_ = static_cast<std::uint32_t>(aligned(stride_));
}

void RecordBuilder::add_run(std::uint32_t from, std::uint32_t to, std::uint32_t size) {
  if (!runs_.empty()) {
    auto& last = runs_.back();
    if (last.from + last.size == from && last.to + last.size == to) {
      last.size += size;
      return;
    }
  }
  runs_.push_back({from, to, size});
}

std::byte* RecordBuilder::add_row() {
  const auto at = std::size_t{rows_} * stride_;
  make_room(row_bytes_, at + stride_);
  ++rows_;
  return row_bytes_.data() + at;
}

assay_cell RecordBuilder::put_text(std::string_view text) {
  make_room(arena_, arena_used_ + text.size());
  copy_text(arena_.data() + arena_used_, text);
  const assay_cell cell{static_cast<std::uint32_t>(arena_used_),
                        static_cast<std::uint32_t>(text.size())};
  arena_used_ += text.size();
  return cell;
}

void RecordBuilder::append(const RowBlock& block, std::uint32_t row) {
  const auto kept = block.kept_texts();
  if (rows_ == 0 && !texts_.empty()) put_text(kept);
  auto* const to = add_row();
  const auto* const from = block.row_at(row);
  for (const auto& run : runs_) std::memcpy(to + run.to, from + run.from, run.size);
  const auto* const texts = reinterpret_cast<const char*>(block.arena());
  for (const auto& place : texts_) {
    if (to[place.validity] == std::byte{ASSAY_ABSENT}) continue;
    assay_cell cell;
    std::memcpy(&cell, to + place.cell, sizeof cell);
    if (cell.offset < kept.size()) continue;  // stands where it stood
    cell = put_text({texts + cell.offset, cell.size});
    std::memcpy(to + place.cell, &cell, sizeof cell);
  }
}

void RecordBuilder::append(const RowBlock& block, std::uint32_t row, const Decisions& decisions,
                           const std::vector<RuleInfo>& rules) {
  append(block, row);
  const auto noted = decisions.of(row);
  spans_.push_back(
      {static_cast<std::uint32_t>(verdicts_.size()), static_cast<std::uint32_t>(noted.size())});
  for (const auto& verdict : noted) put_verdict(verdict, rules[verdict.rule], block, row);
}

void RecordBuilder::append(const RowBlock& block, std::uint32_t row,
                           std::span<const ToldVerdict> verdicts) {
  append(block, row);
  spans_.push_back(
      {static_cast<std::uint32_t>(verdicts_.size()), static_cast<std::uint32_t>(verdicts.size())});
  for (const auto& told : verdicts) {
    assay_record_verdict verdict{};
    verdict.rule = put_text(told.rule);
    verdict.plugin = put_text(told.plugin);
    verdict.reason = put_text(told.reason);
    verdict.words = put_text(told.words);
    verdict.customer_words = put_text(told.customer_words);
    verdict.version = told.version;
    verdict.answer = told.answer;
    verdict.mode = told.mode;
    verdict.action = told.action;
    verdict.score = told.score;
    verdict.audience = told.customer_words.empty() ? ASSAY_FOR_ANALYST : ASSAY_FOR_CUSTOMER;
    verdict.evidence = {static_cast<std::uint32_t>(evidence_.size()),
                        static_cast<std::uint32_t>(told.evidence.size())};
    for (const auto& one : told.evidence) {
      evidence_.push_back({put_text(one.name), put_text(one.unit),
                           static_cast<std::uint32_t>(one.type), 0, one.bits});
    }
    verdicts_.push_back(verdict);
  }
}

void RecordBuilder::put_verdict(const NotedVerdict& noted, const RuleInfo& rule,
                                const RowBlock& block, std::uint32_t row) {
  assay_record_verdict verdict{};
  verdict.rule = put_text(rule.id);
  verdict.plugin = put_text(rule.plugin);
  verdict.version = rule.version;
  verdict.answer = noted.answer;
  verdict.mode = static_cast<std::uint16_t>(noted.mode);
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
    for (std::size_t i = 0; i < reason.evidence.size(); ++i) {
      if ((noted.absent_evidence >> i & 1) != 0) continue;
      ++verdict.evidence.count;
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
  const auto arena = rows + std::size_t{rows_} * stride_;
  const auto size = arena + arena_used_;

  auto memory = std::make_unique_for_overwrite<std::byte[]>(size);
  std::memset(memory.get() + absent, 0, 32);
  put_table(memory.get(), spans, spans_, spans_.size());
  put_table(memory.get(), verdicts, verdicts_, verdicts_.size());
  put_table(memory.get(), evidence, evidence_, evidence_.size());
  put_table(memory.get(), rows, row_bytes_, std::size_t{rows_} * stride_);
  put_table(memory.get(), arena, arena_, arena_used_);

  auto* described = memory.get() + sizeof head;
  for (const auto& column : columns_) {
    const auto place =
        column ? assay_column{rows + column->cell, rows + column->validity, stride_, stride_}
               : assay_column{absent, absent + 16, 0, 0};
    std::memcpy(described, &place, sizeof place);
    described += sizeof place;
  }

  head.batch.size = sizeof head;
  head.batch.rows = rows_;
  head.batch.column_count = static_cast<std::uint32_t>(count);
  head.batch.columns = sizeof head;
  head.batch.arena = arena;
  head.batch.arena_size = arena_used_;
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
  arena_used_ = 0;
  if (arena_.size() > kKept) arena_ = {};
  spans_.clear();
  verdicts_.clear();
  evidence_.clear();
  return {std::move(memory), size, identity_.configuration};
}

}  // namespace assay::core
