#include "tests/plugins/sinks/sql/store.hpp"

#include <gtest/gtest.h>

namespace assay::testing::sinks {
namespace {

struct Collector {
  assay_text_stream table{};
  std::string text;
};

template <class Call>
Said collecting(SinkDriver& sink, Call&& call) {
  Collector collector;
  collector.table = {sizeof(assay_text_stream), 0,
                     [](const assay_text_stream* stream, assay_text text) -> assay_status {
                       auto* self =
                           reinterpret_cast<Collector*>(const_cast<assay_text_stream*>(stream));
                       self->text.append(text.data, text.size);
                       return ASSAY_OK;
                     }};
  const auto* api = static_cast<const assay_database_api*>(sink.interface(ASSAY_DATABASE_ID));
  const auto status = call(*api, &collector.table, sink.error());
  if (status == ASSAY_OK) return {true, collector.text};
  return {false, sink.refusal().message + "; " + sink.refusal().help};
}

constexpr std::int64_t minute = 60'000'000'000;

}  // namespace

std::unique_ptr<SinkDriver> Store::sink() { return sink(settings()); }

std::unique_ptr<SinkDriver> Store::sink(Settings changed) {
  auto driver = std::make_unique<SinkDriver>(library(), std::move(changed));
  EXPECT_TRUE(driver->create()) << driver->refusal().message;
  auto fields = sample_decision_fields();
  fields.push_back({"merchant_category", ASSAY_INT64});
  fields.push_back({"device_id", ASSAY_TEXT});
  fields.push_back({"fee", ASSAY_DECIMAL});
  EXPECT_EQ(driver->bind(ASSAY_DECISION, fields), ASSAY_OK) << driver->refusal().message;
  EXPECT_EQ(driver->bind(ASSAY_HOLDER), ASSAY_OK) << driver->refusal().message;
  EXPECT_EQ(driver->bind(ASSAY_LABEL), ASSAY_NOT_WANTED);
  return driver;
}

RecordedRow decided(std::int64_t offset, const std::string& decision) {
  RecordedRow row;
  row.fields = {{"transaction_id", "tx-" + std::to_string(offset)},
                {"timestamp", Time{1'790'000'000'123'456'000 + offset * 1'000'000'000}},
                {"user_id", std::int64_t{42}},
                {"amount", Money{123'400}},
                {"currency", "EUR"},
                {"transaction_type", "purchase"},
                {"location", "Zürich"},
                {"merchant", "Bob's \"Bar\" \\ Grill\n\t☕"},
                {"card", Token{0x0123456789abcdef, 0xfedcba9876543210}},
                {"card_bin", "411111"},
                {"card_last4", "1111"},
                {"card_key_id", "k1"},
                {"decision", decision},
                {"score", 0.25},
                {"decided_at", Time{1'790'000'001'000'000'000}},
                {"record_offset", offset},
                {"record_time", Time{1'790'000'000'000'000'000}},
                {"config_hash", "0f0e0d0c"},
                {"id_reused", false},
                {"holder.email", "someone@example.org"},
                {"merchant_category", std::int64_t{5812}},
                {"device_id", "d\"1"}};
  return row;
}

RecordedBatch batch_of(std::int64_t first, std::int64_t next) {
  RecordedBatch batch;
  batch.first_offset = first;
  batch.next_offset = next;
  for (auto offset = first; offset < next; ++offset) batch.rows.push_back(decided(offset));
  return batch;
}

TestCursor moving(const TestCursor& claimed, std::int64_t from, std::int64_t next) {
  auto cursor = claimed;
  cursor.answer = 0;
  cursor.from_offset = from;
  cursor.next_offset = next;
  return cursor;
}

TestCursor claimed_by(SinkDriver& sink) {
  std::vector<TestCursor> cursors(1);
  const auto status = sink.claim(cursors);
  EXPECT_TRUE(status.delivered()) << status.code << " " << status.text;
  return cursors[0];
}

bool deliver(SinkDriver& sink, const TestCursor& claimed, const RecordedBatch& batch) {
  std::vector<TestCursor> cursors{moving(claimed, batch.first_offset, batch.next_offset)};
  const auto begun = sink.begin(cursors);
  if (!begun.delivered() || cursors[0].answer != 0) return false;
  for (const auto& status : sink.write(batch)) {
    if (!status.delivered()) return false;
  }
  return sink.commit(cursors).delivered() && cursors[0].answer == ASSAY_CURSOR_COMMITTED;
}

Said migrate(SinkDriver& sink, std::int64_t to) {
  return collecting(sink, [&](const auto& api, auto* stream, auto* error) {
    return api.migrate(sink.sink(), to, minute, stream, error);
  });
}
Said print(SinkDriver& sink, std::int64_t from) {
  return collecting(sink, [&](const auto& api, auto* stream, auto* error) {
    return api.print(sink.sink(), from, ASSAY_NEWEST, stream, error);
  });
}
Said maintain(SinkDriver& sink, const assay_maintenance& plan) {
  return collecting(sink, [&](const auto& api, auto* stream, auto* error) {
    return api.maintain(sink.sink(), &plan, minute, stream, error);
  });
}
Said explain(SinkDriver& sink, const std::string& transaction_id) {
  return collecting(sink, [&](const auto& api, auto* stream, auto* error) {
    return api.explain(sink.sink(), {transaction_id.data(), transaction_id.size()}, minute, stream,
                       error);
  });
}
Said cursors(SinkDriver& sink, const std::string& group) {
  return collecting(sink, [&](const auto& api, auto* stream, auto* error) {
    return api.cursors(sink.sink(), {group.data(), group.size()}, minute, stream, error);
  });
}
bool set_cursor(SinkDriver& sink, const TestCursor& cursor) {
  const auto* api = static_cast<const assay_database_api*>(sink.interface(ASSAY_DATABASE_ID));
  const auto text = [](const std::string& from) { return assay_text{from.data(), from.size()}; };
  assay_cursor plain{};
  plain.group = text(cursor.group);
  plain.step = text(cursor.step);
  plain.topic = text(cursor.topic);
  plain.partition = cursor.partition;
  plain.next_offset = cursor.next_offset;
  return api->set_cursor(sink.sink(), &plain, minute, sink.error()) == ASSAY_OK;
}
assay_database_status status_of(SinkDriver& sink) {
  assay_database_status status{};
  const auto* api = static_cast<const assay_database_api*>(sink.interface(ASSAY_DATABASE_ID));
  EXPECT_EQ(api->status(sink.sink(), minute, &status, sink.error()), ASSAY_OK)
      << sink.refusal().message;
  return status;
}

}  // namespace assay::testing::sinks
