// Delivery from an outbox: what becomes of each record is written down, and one in trouble holds
// nobody up but itself.
#include "host/outbox/outbox_delivery.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <thread>

#include "host/outbox/outbox_thread.hpp"
#include "tests/support/dead_letter_fakes.hpp"
#include "tests/support/sink_fakes.hpp"

namespace assay::tests {
namespace {

using namespace std::chrono_literals;

// Everything that waits is due at once, but what was put off.
struct FakeOutbox : FakeSink {
  struct Entry {
    std::string text;
    std::uint32_t attempt = 0;
    std::uint32_t state = ASSAY_OUTBOX_PENDING;
    std::int64_t wait = 0;
    std::string code;
    std::string words;
  };

  void add(std::int64_t offset) {
    entries[offset].text = R"({"version":1,"fields":{"record_offset":)" + std::to_string(offset) +
                           R"(,"amount":"1.0000"}})";
  }
  void outbox_take(OutboxOrder& order, const OutboxTaker& taker) override {
    if (fails-- > 0) throw Failure::transient("57P01", "restarted");
    lease = order.lease;
    std::uint32_t taken = 0;
    for (auto& [id, entry] : entries) {
      if (entry.state != ASSAY_OUTBOX_PENDING || entry.wait > 0 || taken == order.limit) continue;
      ++taken;
      OutboxRecord record{};
      record.id = id;
      record.topic = detail::to_c("payments");
      record.attempt = ++entry.attempt;
      record.record_offset = id;
      record.record = detail::to_c(entry.text);
      record.ambiguous = ambiguous ? 1 : 0;
      taker(record);
    }
  }
  void outbox_settle(std::span<const OutboxOutcome> outcomes) override {
    if (loses_settlements-- > 0) throw Failure::transient("08006", "gone");
    for (const auto& outcome : outcomes) {
      auto& entry = entries.at(outcome.id);
      EXPECT_EQ(outcome.attempt, entry.attempt);
      entry.state = outcome.state;
      entry.wait = outcome.wait;
      entry.code = detail::from_c(outcome.code);
      entry.words = detail::from_c(outcome.text);
    }
  }
  std::size_t count(std::uint32_t state) const {
    std::size_t sum = 0;
    for (const auto& [id, entry] : entries) sum += entry.state == state;
    return sum;
  }

  std::map<std::int64_t, Entry> entries;
  std::int64_t lease = 0;
  int fails = 0;
  int loses_settlements = 0;
  bool ambiguous = false;
};

class OutboxDeliveryTest : public ::testing::Test {
 protected:
  struct Sink : FakeSink {
    void write(const Records& records, Statuses& statuses) override {
      auto& offsets = asked.emplace_back();
      for (std::uint32_t row = 0; row < records.size(); ++row) {
        offsets.push_back(offset_of(records, row));
      }
      if (answer) answer(records, statuses);
    }
    void flush() override {
      if (flush_fails) throw Failure::transient("flush", "gone");
    }
    std::function<void(const Records&, Statuses&)> answer;
    std::vector<std::vector<std::int64_t>> asked;
    bool flush_fails = false;
  };

  Sink sink;
  FakeOutbox outbox;
  // The next fake that is made is the one that was named last.
  FakePlugin sink_plugin{sink, Cursors::none};
  FakePlugin outbox_plugin{outbox, Cursors::kept_with_outbox};
  host::Patience with_outbox{"outbox", 1us};
  host::Patience with_sink{"sink", 1us};
  host::OutboxDelivery delivery{{"assay", "main.alert", 3, false, kGuard},
                                {&*outbox_plugin, &*sink_plugin, &with_outbox, &with_sink}};
  host::OutboxDelivery holding{{"assay", "main.alert", 3, true, kGuard},
                               {&*outbox_plugin, &*sink_plugin, &with_outbox, &with_sink}};
};

TEST_F(OutboxDeliveryTest, takes_a_round_at_a_time_and_writes_down_the_receipt) {
  for (const auto offset : {1, 2, 3, 4}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses& statuses) { statuses.receipt(0, "250 queued"); };
  EXPECT_TRUE(delivery.round({}));
  EXPECT_TRUE(delivery.round({}));
  EXPECT_FALSE(delivery.round({})) << "nothing is due any more";
  EXPECT_EQ(sink.asked, (std::vector<std::vector<std::int64_t>>{{1, 2, 3}, {4}}));
  EXPECT_EQ(outbox.count(ASSAY_OUTBOX_SENT), 4U);
  EXPECT_EQ(outbox.entries[1].words, "250 queued");
  EXPECT_EQ(delivery.tally().sent, 4U);
}

TEST_F(OutboxDeliveryTest, a_record_that_can_never_be_delivered_is_dead_and_the_others_go) {
  for (const auto offset : {1, 2, 3}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses& statuses) {
    statuses.set(1, Failure::data_in_row(1, "550", "no such user"));
  };
  delivery.round({});
  EXPECT_EQ(outbox.entries[2].state, ASSAY_OUTBOX_DEAD);
  EXPECT_EQ(outbox.entries[2].code, "550");
  EXPECT_EQ(outbox.entries[2].words, "no such user");
  EXPECT_EQ(outbox.count(ASSAY_OUTBOX_SENT), 2U);
  EXPECT_EQ(delivery.tally().dead, 1U);
}

TEST_F(OutboxDeliveryTest, a_record_that_is_to_wait_waits_alone) {
  for (const auto offset : {1, 2}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses& statuses) {
    statuses.set(0, Failure::transient_in_row(0, "450", "greylisted"));
  };
  delivery.round({});
  EXPECT_EQ(outbox.entries[1].state, ASSAY_OUTBOX_PENDING);
  EXPECT_GT(outbox.entries[1].wait, 0);
  EXPECT_EQ(outbox.entries[1].code, "450");
  EXPECT_EQ(outbox.entries[2].state, ASSAY_OUTBOX_SENT);
  EXPECT_EQ(with_sink.report().state, host::SinkState::working);
}

TEST_F(OutboxDeliveryTest, a_peer_that_is_away_puts_everything_back_and_the_step_waits) {
  for (const auto offset : {1, 2, 3}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses& statuses) {
    for (std::uint32_t row = 1; row < 3; ++row) {
      statuses.set(row, Failure::transient("connection", "refused"));
    }
  };
  delivery.round({});
  EXPECT_EQ(outbox.entries[1].state, ASSAY_OUTBOX_SENT) << "what was taken is not sent twice";
  EXPECT_EQ(outbox.count(ASSAY_OUTBOX_PENDING), 2U);
  EXPECT_EQ(outbox.entries[2].wait, 0);
  EXPECT_EQ(with_sink.report().state, host::SinkState::retrying);
  sink.answer = {};
  delivery.round({});
  EXPECT_EQ(outbox.count(ASSAY_OUTBOX_SENT), 3U);
  EXPECT_EQ(with_sink.report().state, host::SinkState::working);
}

TEST_F(OutboxDeliveryTest, a_wrong_password_halts_the_step) {
  outbox.add(1);
  sink.answer = [](const Records&, Statuses&) {
    throw Failure::configuration("535", "authentication failed");
  };
  delivery.round({});
  EXPECT_EQ(with_sink.report().state, host::SinkState::halted);
  EXPECT_EQ(outbox.entries[1].state, ASSAY_OUTBOX_PENDING);
  EXPECT_EQ(outbox.entries[1].code, "535");
}

TEST_F(OutboxDeliveryTest, a_sink_that_rejects_everything_halts_instead_of_burying_it) {
  for (std::int64_t offset = 0; offset < 300; ++offset) outbox.add(offset);
  sink.answer = [](const Records& records, Statuses& statuses) {
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      statuses.set(row, Failure::data_in_row(row, "554", "no"));
    }
  };
  for (int i = 0; i < 200; ++i) delivery.round({});
  EXPECT_EQ(outbox.count(ASSAY_OUTBOX_DEAD), kGuard.count);
  EXPECT_EQ(with_sink.report().state, host::SinkState::halted);
}

TEST_F(OutboxDeliveryTest, a_record_of_another_format_is_dead_and_the_others_go) {
  for (const auto offset : {1, 2, 3}) outbox.add(offset);
  outbox.entries[2].text = R"({"version":9})";
  delivery.round({});
  EXPECT_EQ(outbox.entries[2].state, ASSAY_OUTBOX_DEAD);
  EXPECT_EQ(outbox.entries[2].code, "unknown_format");
  EXPECT_EQ(sink.asked, (std::vector<std::vector<std::int64_t>>{{1, 3}}));
}

TEST_F(OutboxDeliveryTest, a_settlement_is_said_until_it_is_heard) {
  outbox.add(1);
  outbox.fails = 2;
  outbox.loses_settlements = 3;
  while (delivery.round({})) {
  }
  EXPECT_EQ(outbox.entries[1].state, ASSAY_OUTBOX_SENT);
  EXPECT_EQ(sink.asked.size(), 1U) << "it is delivered once all the same";
}

TEST_F(OutboxDeliveryTest, counts_what_may_have_been_delivered_before) {
  outbox.add(1);
  outbox.ambiguous = true;
  delivery.round({});
  EXPECT_EQ(delivery.tally().ambiguous, 1U);
}

TEST_F(OutboxDeliveryTest, makes_room_by_what_was_sent_or_is_dead_and_by_nothing_else) {
  for (const auto offset : {1, 2, 3}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses& statuses) {
    statuses.set(0, Failure::transient_in_row(0, "450", "greylisted"));
    statuses.set(1, Failure::data_in_row(1, "550", "no such user"));
  };
  delivery.round({});
  EXPECT_EQ(delivery.tally().bytes, outbox.entries[2].text.size() + outbox.entries[3].text.size());
}

TEST_F(OutboxDeliveryTest, tries_again_what_the_sink_is_in_doubt_about_and_counts_it) {
  for (const auto offset : {1, 2}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses& statuses) {
    statuses.set(0, Failure::transient_in_row(0, "connection", "gone").in_doubt());
  };
  delivery.round({});
  EXPECT_EQ(outbox.entries[1].state, ASSAY_OUTBOX_PENDING);
  EXPECT_EQ(outbox.entries[2].state, ASSAY_OUTBOX_SENT);
  EXPECT_EQ(delivery.tally().ambiguous, 1U);
  EXPECT_EQ(delivery.tally().held, 0U);
}

TEST_F(OutboxDeliveryTest, holds_what_the_sink_is_in_doubt_about_where_that_is_asked_for) {
  for (const auto offset : {1, 2, 3}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses& statuses) {
    statuses.set(0, Failure::transient_in_row(0, "connection", "gone").in_doubt());
    for (const auto row : {1, 2}) statuses.set(row, Failure::transient("connection", "gone"));
  };
  holding.round({});
  EXPECT_EQ(outbox.entries[1].state, ASSAY_OUTBOX_DEAD);
  EXPECT_EQ(outbox.entries[1].code, "ambiguous");
  EXPECT_EQ(outbox.entries[1].words, "gone; it may have been delivered");
  EXPECT_EQ(outbox.count(ASSAY_OUTBOX_PENDING), 2U) << "of the others it is not in doubt";
  EXPECT_EQ(holding.tally().held, 1U);
  EXPECT_EQ(holding.tally().dead, 0U);
  EXPECT_EQ(with_sink.report().state, host::SinkState::retrying);
}

TEST_F(OutboxDeliveryTest, holds_a_whole_batch_that_the_sink_is_in_doubt_about) {
  for (const auto offset : {1, 2}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses&) {
    throw Failure::transient("timeout", "no answer").in_doubt();
  };
  holding.round({});
  EXPECT_EQ(outbox.count(ASSAY_OUTBOX_DEAD), 2U);
  EXPECT_EQ(holding.tally().held, 2U);
}

TEST_F(OutboxDeliveryTest, holds_what_is_in_doubt_and_waits_for_a_sink_that_is_away) {
  for (const auto offset : {1, 2}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses& statuses) {
    statuses.set(1, Failure::transient("connection", "gone").in_doubt());
  };
  holding.round({});
  EXPECT_EQ(outbox.entries[1].state, ASSAY_OUTBOX_SENT);
  EXPECT_EQ(outbox.entries[2].state, ASSAY_OUTBOX_DEAD);
  EXPECT_EQ(with_sink.report().state, host::SinkState::retrying);
}

TEST_F(OutboxDeliveryTest, holds_what_is_in_doubt_also_where_nothing_became_durable) {
  for (const auto offset : {1, 2}) outbox.add(offset);
  sink.answer = [](const Records&, Statuses& statuses) {
    statuses.set(0, Failure::transient_in_row(0, "connection", "gone").in_doubt());
  };
  sink.flush_fails = true;
  holding.round({});
  EXPECT_EQ(outbox.entries[1].state, ASSAY_OUTBOX_DEAD);
  EXPECT_EQ(outbox.entries[2].state, ASSAY_OUTBOX_PENDING);
}

TEST_F(OutboxDeliveryTest, is_in_no_doubt_about_what_was_rejected) {
  outbox.add(1);
  sink.answer = [](const Records&, Statuses& statuses) {
    statuses.set(0, Failure::data_in_row(0, "550", "no such user").in_doubt());
  };
  holding.round({});
  EXPECT_EQ(outbox.entries[1].code, "550");
  EXPECT_EQ(holding.tally().held, 0U);
}

TEST(OutboxLevel, is_what_was_counted_and_what_came_and_went_since) {
  host::OutboxLevel level(100);
  EXPECT_FALSE(level.full());
  level.stored(60);
  level.begin_count();
  level.stored(30);  // may be in the count or not
  level.counted(70);
  EXPECT_EQ(level.bytes(), 100U);
  EXPECT_TRUE(level.full());
  level.left(1);
  EXPECT_FALSE(level.full());
  level.left(500);
  EXPECT_EQ(level.bytes(), 0U);
}

TEST_F(OutboxDeliveryTest, a_lease_outlasts_two_calls_of_the_sink_and_a_settlement) {
  outbox.add(1);
  delivery.round({});
  EXPECT_GE(outbox.lease, 2 * sink_plugin.config.timeout + outbox_plugin.config.timeout);
}

TEST_F(OutboxDeliveryTest, its_thread_delivers_what_a_bell_announces_and_ends_at_once) {
  host::OutboxBell bell;
  host::OutboxLevel level(1'000);
  outbox.add(1);
  host::OutboxThread thread({{"assay", "main.alert", 3, false, kGuard}, 1h}, *outbox_plugin,
                            *sink_plugin, bell, level);
  while (thread.report().tally.sent < 1) std::this_thread::yield();
  EXPECT_EQ(thread.report().step, "main.alert");
}

}  // namespace
}  // namespace assay::tests
