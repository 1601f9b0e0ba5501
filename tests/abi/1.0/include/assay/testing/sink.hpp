// Tests a sink without a host: link the sink's own source file into the test and talk to it.
//
//   assay::testing::SinkUnderTest sink{{{"file", "decisions.txt"}}};
//   auto answers = sink.write({{{"transaction_id", "t1"}, {"decision", "decline"}}});
//   EXPECT_TRUE(answers[0].delivered());
//
// Everything goes through the C tables, as it does in the engine: the settings, bind, a relocatable
// batch of decisions, a status for each. A field that the test does not name is absent. What the
// sink refuses in its constructor or in bind is thrown as `Refused`. A sink with transactions is
// called between none: test what it writes, and its cursors with `assay plugins validate`. One
// thread only. Standard library and plugin-api alone.
#pragma once

#include <assay/testing/block.hpp>
#include <chrono>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace assay::testing {

// What a decision offers a sink: the sample schema, and what the engine writes itself.
inline Schema sample_decision_schema() {
  auto schema = sample_schema();
  const Schema engines = {{"decision", ASSAY_TEXT},    {"score", ASSAY_DOUBLE},
                          {"decided_at", ASSAY_TIME},  {"record_offset", ASSAY_INT64},
                          {"record_time", ASSAY_TIME}, {"config_hash", ASSAY_TEXT},
                          {"card_key_id", ASSAY_TEXT}, {"inconclusive_rules", ASSAY_TEXT},
                          {"error_rules", ASSAY_TEXT}, {"id_reused", ASSAY_BOOL}};
  schema.insert(schema.end(), engines.begin(), engines.end());
  return schema;
}

// What a sink said of one record, or of a call.
struct Delivery {
  std::uint16_t outcome = ASSAY_DELIVERED;
  std::uint16_t scope = ASSAY_SCOPE_RECORD;
  std::uint16_t error_class = ASSAY_CLASS_NONE;
  std::string code;
  std::string text;

  bool delivered() const { return outcome == ASSAY_DELIVERED; }
  bool retry() const { return outcome == ASSAY_RETRY; }
  bool rejected() const { return outcome == ASSAY_REJECTED; }
  bool transient() const { return error_class == ASSAY_CLASS_TRANSIENT; }
  bool configuration() const { return error_class == ASSAY_CLASS_CONFIGURATION; }
  bool data() const { return error_class == ASSAY_CLASS_DATA; }
};

class SinkUnderTest {
 public:
  // The sink that is linked into this test.
  explicit SinkUnderTest(Setting settings = {}, Schema schema = sample_decision_schema())
      : SinkUnderTest(assay_entry_v1, std::move(settings), std::move(schema)) {}

  // Any sink, for instance of a library that the test has opened.
  SinkUnderTest(const assay_entry& entry, Setting settings,
                Schema schema = sample_decision_schema())
      : entry_(&entry),
        settings_(std::move(settings)),
        schema_(std::move(schema)),
        bindings_(schema_, error_) {
    check(entry.init(host_.handle(), error_.handle()));
    api_ = static_cast<const assay_sink_api*>(entry.get_interface(ASSAY_SINK_ID));
    if (!api_) throw std::logic_error("the plugin has no " ASSAY_SINK_ID);
    check(api_->create(host_.handle(), settings_.handle(), &sink_, error_.handle()));
    const auto bound = api_->bind(sink_, ASSAY_DECISION, bindings_.handle(), error_.handle());
    if (bound != ASSAY_OK) {
      api_->destroy(sink_);
      if (bound == ASSAY_NOT_WANTED) throw std::logic_error("the sink takes no decisions");
      throw error_.refused();
    }
  }
  SinkUnderTest(const SinkUnderTest&) = delete;
  SinkUnderTest& operator=(const SinkUnderTest&) = delete;
  ~SinkUnderTest() {
    api_->destroy(sink_);
    entry_->deinit();
  }

  // One answer for each record; a failure that speaks for all of them is each one's.
  std::vector<Delivery> write(const std::vector<Transaction>& decisions,
                              Duration timeout = seconds{5}) {
    const auto batch = batch_of(decisions);
    return call(static_cast<std::uint32_t>(decisions.size()), [&](assay_statuses* statuses,
                                                                  assay_error* error) {
      return api_->write(sink_, reinterpret_cast<const assay_record_batch*>(batch.data()),
                         timeout.count(), statuses, error);
    });
  }
  Delivery flush(Duration timeout = seconds{5}) {
    if (!api_->flush) return {};
    return call(1,
                [&](assay_statuses* statuses, assay_error* error) {
                  return api_->flush(sink_, timeout.count(), statuses, error);
                })
        .front();
  }
  Delivery health(Duration timeout = seconds{5}) {
    return call(1,
                [&](assay_statuses* statuses, assay_error* error) {
                  return api_->health(sink_, timeout.count(), statuses, error);
                })
        .front();
  }

  const char* id() const { return entry_->id; }
  const std::vector<BoundColumn>& columns() const { return bindings_.columns(); }
  const std::vector<LogLine>& log() const { return host_.effects.log; }

 private:
  void check(assay_status status) const {
    if (status != ASSAY_OK) throw error_.refused();
  }

  // A rule's block with the longer header of records: everything behind it moves by as much.
  std::vector<std::byte> batch_of(const std::vector<Transaction>& decisions) {
    const auto block = Block(bindings_.columns(), decisions, Layout::by_row, sequence_++).copy();
    constexpr auto longer = sizeof(assay_record_batch) - sizeof(assay_batch);
    std::vector<std::byte> bytes(block.size() + longer);
    std::memcpy(bytes.data() + sizeof(assay_record_batch), block.data() + sizeof(assay_batch),
                block.size() - sizeof(assay_batch));
    assay_record_batch head{};
    std::memcpy(&head.batch, block.data(), sizeof head.batch);
    head.batch.size = sizeof head;
    head.batch.columns += longer;
    head.batch.arena += longer;
    head.batch.block_size += longer;
    head.kind = ASSAY_DECISION;
    head.first_offset = offset_;
    head.next_offset = offset_ += static_cast<std::int64_t>(decisions.size());
    std::memcpy(bytes.data(), &head, sizeof head);
    for (std::uint32_t i = 0; i < head.batch.column_count; ++i) {
      const auto at = head.batch.columns + i * sizeof(assay_column);
      assay_column column;
      std::memcpy(&column, bytes.data() + at, sizeof column);
      column.cells += longer;
      column.validity += longer;
      std::memcpy(bytes.data() + at, &column, sizeof column);
    }
    return bytes;
  }

  template <class Call>
  std::vector<Delivery> call(std::uint32_t count, Call&& made) {
    std::vector<assay_sink_status> rows(count);
    std::vector<char> buffer(16 << 10);
    assay_statuses statuses{sizeof(assay_statuses),
                            count,
                            rows.data(),
                            buffer.data(),
                            static_cast<std::uint32_t>(buffer.size()),
                            0};
    ErrorSlot error;
    if (made(&statuses, error.handle()) != ASSAY_OK) throw error.refused();
    std::vector<Delivery> answers;
    for (const auto& row : rows) {
      const auto text = [&](assay_cell cell) {
        return std::string(buffer.data() + cell.offset, cell.size);
      };
      answers.push_back({row.outcome, row.scope, row.error_class, text(row.code), text(row.text)});
    }
    if (!answers.empty() && answers.front().scope != ASSAY_SCOPE_RECORD) {
      std::fill(answers.begin() + 1, answers.end(), Delivery(answers.front()));
    }
    return answers;
  }

  const assay_entry* entry_;
  Settings settings_;
  Schema schema_;
  Host host_;
  ErrorSlot error_;
  Bindings bindings_;
  const assay_sink_api* api_ = nullptr;
  assay_sink* sink_ = nullptr;
  std::uint64_t sequence_ = 0;
  std::int64_t offset_ = 0;
};

}  // namespace assay::testing
