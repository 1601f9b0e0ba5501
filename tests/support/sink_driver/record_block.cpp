#include "tests/support/sink_driver/record_block.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <variant>

namespace assay::testing::sinks {
namespace {

class BlockBuilder {
 public:
  BlockBuilder(const RecordedBatch& batch, const std::vector<OfferedField>& columns)
      : batch_(batch), columns_(columns), bytes_(sizeof(assay_record_batch)) {}

  std::vector<std::byte> build() {
    head_.kind = batch_.kind;
    head_.partition = batch_.partition;
    head_.topic = text(batch_.topic);
    head_.group = text(batch_.group);
    head_.step = text(batch_.step);
    head_.first_offset = batch_.first_offset;
    head_.next_offset = batch_.next_offset;
    head_.batch.size = sizeof head_;
    head_.batch.rows = static_cast<std::uint32_t>(batch_.rows.size());
    head_.batch.column_count = static_cast<std::uint32_t>(columns_.size());
    lay_out_cells();
    if (batch_.kind == ASSAY_DECISION) lay_out_verdicts();
    head_.batch.arena = append(arena_.data(), arena_.size());
    head_.batch.arena_size = arena_.size();
    head_.batch.block_size = bytes_.size();
    std::memcpy(bytes_.data(), &head_, sizeof head_);
    return std::move(bytes_);
  }

 private:
  struct Cell {
    std::uint64_t words[2] = {0, 0};
  };

  void lay_out_cells() {
    std::vector<assay_column> columns;
    for (const auto& column : columns_) {
      std::vector<Cell> cells;
      std::vector<std::uint8_t> valid;
      for (const auto& row : batch_.rows) {
        const auto value = row.fields.find(column.name);
        const auto here =
            value != row.fields.end() && !std::holds_alternative<std::monostate>(value->second);
        valid.push_back(here ? ASSAY_PRESENT : ASSAY_ABSENT);
        cells.push_back(here ? cell(value->second)
                             : Cell{{0xAAAAAAAAAAAAAAAA, 0xAAAAAAAAAAAAAAAA}});
      }
      const auto cells_at = append(cells.data(), cells.size() * sizeof(Cell));
      columns.push_back({cells_at, append(valid.data(), valid.size()), sizeof(Cell), 1});
    }
    head_.batch.columns = append(columns.data(), columns.size() * sizeof(assay_column));
  }

  void lay_out_verdicts() {
    std::vector<assay_span> spans;
    std::vector<assay_record_verdict> verdicts;
    std::vector<assay_record_evidence> evidence;
    for (const auto& row : batch_.rows) {
      spans.push_back({static_cast<std::uint32_t>(verdicts.size()),
                       static_cast<std::uint32_t>(row.verdicts.size())});
      for (const auto& one : row.verdicts) {
        const assay_span values{static_cast<std::uint32_t>(evidence.size()),
                                static_cast<std::uint32_t>(one.evidence.size())};
        for (const auto& value : one.evidence) {
          const auto type = static_cast<std::uint32_t>(type_of(value.value));
          evidence.push_back({text(value.name), text(value.unit), type, 0,
                              static_cast<std::int64_t>(cell(value.value).words[0])});
        }
        verdicts.push_back(
            {text(one.rule), text(one.plugin), text(one.reason), text(one.words),
             text(one.customer_words), values, one.version, one.answer, one.mode, one.score,
             one.action,
             static_cast<std::uint16_t>(one.customer_words.empty() ? ASSAY_FOR_ANALYST
                                                                   : ASSAY_FOR_CUSTOMER)});
      }
    }
    head_.verdict_spans = append(spans.data(), spans.size() * sizeof(assay_span));
    head_.verdicts = append(verdicts.data(), verdicts.size() * sizeof(assay_record_verdict));
    head_.evidence = append(evidence.data(), evidence.size() * sizeof(assay_record_evidence));
    head_.verdict_count = static_cast<std::uint32_t>(verdicts.size());
    head_.evidence_count = static_cast<std::uint32_t>(evidence.size());
  }

  static std::uint32_t type_of(const Value& value) {
    constexpr std::uint32_t types[] = {0,          ASSAY_INT64,    ASSAY_DOUBLE,  ASSAY_BOOL,
                                       ASSAY_TIME, ASSAY_DURATION, ASSAY_DECIMAL, ASSAY_TEXT,
                                       ASSAY_TOKEN};
    return types[value.index()];
  }

  Cell cell(const Value& value) {
    Cell made;
    const auto put = [&made](const auto& part) { std::memcpy(made.words, &part, sizeof part); };
    if (const auto* number = std::get_if<std::int64_t>(&value)) put(*number);
    if (const auto* number = std::get_if<double>(&value)) put(*number);
    if (const auto* flag = std::get_if<bool>(&value)) put(std::int64_t{*flag});
    if (const auto* time = std::get_if<Time>(&value)) put(time->nanoseconds);
    if (const auto* duration = std::get_if<Duration>(&value)) put(std::int64_t{duration->count()});
    if (const auto* money = std::get_if<Money>(&value)) put(money->units);
    if (const auto* words = std::get_if<std::string>(&value)) put(text(*words));
    if (const auto* token = std::get_if<Token>(&value)) put(assay_token{token->high, token->low});
    return made;
  }

  assay_cell text(const std::string& words) {
    const assay_cell made{static_cast<std::uint32_t>(arena_.size()),
                          static_cast<std::uint32_t>(words.size())};
    arena_ += words;
    return made;
  }

  std::uint64_t append(const void* data, std::size_t size) {
    bytes_.resize((bytes_.size() + 15) / 16 * 16);
    const auto at = bytes_.size();
    bytes_.resize(at + size);
    if (size > 0) std::memcpy(bytes_.data() + at, data, size);
    return at;
  }

  const RecordedBatch& batch_;
  const std::vector<OfferedField>& columns_;
  assay_record_batch head_{};
  std::string arena_;
  std::vector<std::byte> bytes_;
};

}  // namespace

std::vector<std::byte> lay_out(const RecordedBatch& batch,
                               const std::vector<OfferedField>& columns) {
  return BlockBuilder(batch, columns).build();
}

}  // namespace assay::testing::sinks
