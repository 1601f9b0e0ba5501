// The outbox in a real database: one hand for each record, and nothing settled by who lost it.
#include <assay/outbox.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/plugins/sinks/sql/postgres_store.hpp"

namespace assay::testing::sinks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr const char* kRecord = R"({"version":1,"fields":{"city":"Zürich's"}})";

assay_text text(const char* from) { return {from, std::char_traits<char>::length(from)}; }

// A call's statuses.
struct Answer {
  assay_sink_status row{};
  char buffer[1024]{};
  assay_statuses statuses{sizeof statuses, 1, &row, buffer, sizeof buffer, 0};
  bool delivered() const { return row.outcome == ASSAY_DELIVERED; }
};

struct Taken {
  std::int64_t id;
  std::uint32_t attempt;
  std::int64_t offset;
  bool ambiguous;
};

struct Taker {
  assay_outbox_taker table{sizeof(assay_outbox_taker), 0, &take};
  std::vector<Taken> taken;
  static void take(const assay_outbox_taker* taker, const assay_outbox_record* record) {
    reinterpret_cast<Taker*>(const_cast<assay_outbox_taker*>(taker))
        ->taken.push_back(
            {record->id, record->attempt, record->record_offset, record->ambiguous != 0});
  }
};

class PostgresOutbox : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = PostgresServer::unavailable()) GTEST_SKIP() << *why;
    store_.emplace(shared_postgres());
    store_->clear();
    one_ = store_->sink();
    two_ = store_->sink();
  }
  static const assay_outbox_api& api(SinkDriver& sink) {
    return *static_cast<const assay_outbox_api*>(sink.interface(ASSAY_OUTBOX_ID));
  }

  // In a transaction that moves the cursor to `next`; true where it was committed.
  bool store(SinkDriver& sink, const TestCursor& claimed, std::int64_t first, std::int64_t next,
             bool commit = true) {
    std::vector<TestCursor> cursors{moving(claimed, first, next)};
    if (!sink.begin(cursors).delivered()) return false;
    std::vector<assay_outbox_record> records;
    for (auto offset = first; offset < next; ++offset) {
      assay_outbox_record record{};
      record.group = text("assay");
      record.step = text("main.alert");
      record.topic = text("transactions");
      record.record_offset = offset;
      record.record = text(kRecord);
      records.push_back(record);
    }
    Answer answer;
    api(sink).store(sink.sink(), records.data(), static_cast<std::uint32_t>(records.size()),
                    10 * kSecond, &answer.statuses, sink.error());
    EXPECT_TRUE(answer.delivered()) << answer.buffer;
    if (!commit) {
      sink.abort();
      return true;
    }
    return sink.commit(cursors).delivered();
  }
  static std::vector<Taken> take(SinkDriver& sink, std::uint32_t limit,
                                 std::int64_t lease = 60 * kSecond,
                                 std::uint32_t on_ambiguous = ASSAY_OUTBOX_RESEND,
                                 std::uint32_t* held = nullptr) {
    assay_outbox_order order{};
    order.size = sizeof order;
    order.limit = limit;
    order.group = text("assay");
    order.step = text("main.alert");
    order.lease = lease;
    order.on_ambiguous = on_ambiguous;
    Taker taker;
    Answer answer;
    api(sink).take(sink.sink(), &order, &taker.table, 10 * kSecond, &answer.statuses, sink.error());
    EXPECT_TRUE(answer.delivered()) << answer.buffer;
    if (held) *held = order.held;
    return taker.taken;
  }
  static void settle(SinkDriver& sink, const Taken& taken, std::uint32_t state,
                     std::int64_t wait = 0) {
    const assay_outbox_outcome outcome{taken.id, taken.attempt, state,
                                       wait,     text("550"),   text("no such user")};
    Answer answer;
    api(sink).settle(sink.sink(), &outcome, 1, 10 * kSecond, &answer.statuses, sink.error());
    EXPECT_TRUE(answer.delivered()) << answer.buffer;
  }
  std::vector<std::string> states() {
    return store_->ask("SELECT record_offset, state FROM assay_outbox ORDER BY id");
  }

  std::optional<PostgresStore> store_;
  std::unique_ptr<SinkDriver> one_;
  std::unique_ptr<SinkDriver> two_;
};

TEST_F(PostgresOutbox, stores_records_with_the_cursor_or_not_at_all) {
  const auto claimed = claimed_by(*one_);
  ASSERT_TRUE(store(*one_, claimed, 0, 2, false));
  EXPECT_THAT(states(), IsEmpty());
  ASSERT_TRUE(store(*one_, claimed, 0, 2));
  EXPECT_THAT(states(), ElementsAre("0|pending", "1|pending"));
}

TEST_F(PostgresOutbox, a_record_that_is_read_again_stays_as_it_is) {
  ASSERT_TRUE(store(*one_, claimed_by(*one_), 0, 2));
  settle(*one_, take(*one_, 1).at(0), ASSAY_OUTBOX_SENT);
  TestCursor cursor;
  cursor.next_offset = 0;
  const auto person = store_->sink(store_->owner_settings());
  ASSERT_TRUE(set_cursor(*person, cursor));
  ASSERT_TRUE(store(*one_, claimed_by(*one_), 0, 2));
  EXPECT_THAT(states(), ElementsAre("0|sent", "1|pending"));
}

TEST_F(PostgresOutbox, two_that_take_at_once_get_different_records) {
  ASSERT_TRUE(store(*one_, claimed_by(*one_), 0, 5));
  const auto first = take(*one_, 3);
  const auto second = take(*two_, 3);
  ASSERT_EQ(first.size(), 3U);
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[0].offset, 3);
  EXPECT_THAT(take(*one_, 3), IsEmpty());
}

TEST_F(PostgresOutbox, a_record_that_was_taken_anew_is_not_settled_by_who_had_it_before) {
  ASSERT_TRUE(store(*one_, claimed_by(*one_), 0, 1));
  const auto lost = take(*one_, 1, 0).at(0);  // its lease is over at once
  const auto again = take(*two_, 1).at(0);
  EXPECT_TRUE(again.ambiguous);
  EXPECT_EQ(again.attempt, 2U);
  settle(*one_, lost, ASSAY_OUTBOX_DEAD);
  EXPECT_THAT(states(), ElementsAre("0|sending"));
  settle(*two_, again, ASSAY_OUTBOX_SENT);
  EXPECT_THAT(states(), ElementsAre("0|sent"));
}

TEST_F(PostgresOutbox, what_is_to_be_held_becomes_dead_and_is_counted) {
  ASSERT_TRUE(store(*one_, claimed_by(*one_), 0, 2));
  ASSERT_EQ(take(*one_, 1, 0).size(), 1U);
  std::uint32_t held = 0;
  const auto taken = take(*two_, 5, kSecond, ASSAY_OUTBOX_HOLD, &held);
  EXPECT_EQ(held, 1U);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].offset, 1);
  EXPECT_EQ(store_->one("SELECT code FROM assay_outbox WHERE state = 'dead'"), "ambiguous");
}

TEST_F(PostgresOutbox, what_was_put_off_is_not_due) {
  ASSERT_TRUE(store(*one_, claimed_by(*one_), 0, 1));
  settle(*one_, take(*one_, 1).at(0), ASSAY_OUTBOX_PENDING, 3'600 * kSecond);
  EXPECT_THAT(take(*one_, 1), IsEmpty());
  EXPECT_EQ(store_->one("SELECT code || ' ' || reason FROM assay_outbox"), "550 no such user");
}

TEST_F(PostgresOutbox, counts_what_waits_and_forgets_what_was_sent_long_ago) {
  ASSERT_TRUE(store(*one_, claimed_by(*one_), 0, 3));
  const auto taken = take(*one_, 2);
  settle(*one_, taken.at(0), ASSAY_OUTBOX_SENT);
  settle(*one_, taken.at(1), ASSAY_OUTBOX_DEAD);
  assay_outbox_counts counts{};
  counts.size = sizeof counts;
  Answer answer;
  api(*one_).count(one_->sink(), text("assay"), text("main.alert"), &counts, 10 * kSecond,
                   &answer.statuses, one_->error());
  EXPECT_EQ(counts.waiting, 1U);
  EXPECT_EQ(counts.dead, 1U);
  EXPECT_GE(counts.oldest, 0);
  EXPECT_EQ(counts.bytes, std::string_view(kRecord).size());
  store_->ask("UPDATE assay_outbox SET settled_at = now() - interval '2 hours'");
  std::uint64_t deleted = 0;
  api(*one_).forget(one_->sink(), text("assay"), text("main.alert"), 3'600 * kSecond, &deleted,
                    10 * kSecond, &answer.statuses, one_->error());
  EXPECT_EQ(deleted, 1U);
  EXPECT_THAT(states(), ElementsAre("1|dead", "2|pending"));
}

}  // namespace
}  // namespace assay::testing::sinks
