// A password that is rotated: the sink has the new one at its next try, whether the file was
// written before the peer refused the old one or while the sink was halted.
#include "tests/support/rotated_secret.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <utility>
#include <vector>

#include "host/outbox/outbox_delivery.hpp"
#include "host/runtime/plain_delivery.hpp"
#include "tests/support/dead_letter_fakes.hpp"
#include "tests/support/sink_fakes.hpp"

namespace assay::tests {
namespace {

using namespace std::chrono_literals;
using host::SinkState;

// Every wait is over at once, and its time has passed.
class WaitlessClock final : public host::Clock {
 public:
  Moment now() const override { return now_; }
  std::int64_t wall() const override { return 0; }
  bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any&,
                  const std::stop_token&, Moment end, const Condition& condition) override {
    waits.push_back(end - now_);
    now_ = end;
    lock.unlock();
    if (meanwhile) meanwhile();
    lock.lock();
    return condition();
  }

  std::vector<std::chrono::nanoseconds> waits;
  std::function<void()> meanwhile;

 private:
  Moment now_{};
};

// Its peer knows one password.
struct LockedSink : FakeSink {
  void write(const Records& records, Statuses& statuses) override {
    ++writes;
    if (std::exchange(away, false)) throw Failure::transient("08006", "away");
    if (password == wanted) return;
    if (!by_record) throw Failure::configuration("28P01", "password authentication failed");
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      statuses.set(row, Failure::configuration("_AUTHENTICATION", "refused"));
    }
  }
  void renew(const host::Node& settings) override {
    ++renewals;
    password = settings.find("password")->text;
  }

  std::string password = "old";
  std::string wanted = "new";
  bool by_record = false;
  bool away = false;
  int writes = 0;
  int renewals = 0;
};

class RotatedSecretTest : public ::testing::Test {
 protected:
  void deliver() {
    std::vector<host::Parcel> parcels(1);
    parcels[0].block = blocks.block({1, 2}, 3);
    parcels[0].sender = &mailbox;
    delivery.deliver(std::move(parcels), {});
    std::vector<host::Ack> acks;
    mailbox.take(acks);
    EXPECT_EQ(acks.size(), 1U);
    EXPECT_TRUE(letters.letters().empty());
    EXPECT_EQ(patience.report().state, SinkState::working);
  }

  RotatedSecret secret{"old"};
  LockedSink sink;
  FakePlugin plugin{sink, Cursors::none, secret.config()};
  MemoryDeadLetters letters;
  host::Mailbox mailbox;
  BlockMaker blocks;
  WaitlessClock clock;
  host::Patience patience{"fake", host::Patience::kProbe, clock};
  host::PlainDelivery delivery{*plugin, patience, {letters, *plugin, kGuard}, clock};
};

TEST_F(RotatedSecretTest, is_used_by_the_next_probe_of_a_halted_sink) {
  clock.meanwhile = [&] {
    EXPECT_EQ(patience.report().state, SinkState::halted);
    if (clock.waits.size() == 3) secret.rotate("new");
  };
  deliver();
  EXPECT_EQ(clock.waits, (std::vector<std::chrono::nanoseconds>(3, 30s)));
  EXPECT_EQ(sink.writes, 4) << "the probe that follows the change succeeds";
  EXPECT_EQ(sink.renewals, 1);
}

TEST_F(RotatedSecretTest, that_was_there_before_the_refusal_halts_nobody) {
  secret.rotate("new");
  clock.meanwhile = [&] { EXPECT_EQ(patience.report().state, SinkState::retrying); };
  deliver();
  ASSERT_EQ(clock.waits.size(), 1U);
  EXPECT_LT(clock.waits[0], 1s);
  EXPECT_EQ(sink.writes, 2);
}

TEST_F(RotatedSecretTest, is_found_where_each_record_says_that_it_was_refused) {
  sink.by_record = true;
  secret.rotate("new");
  deliver();
  ASSERT_EQ(clock.waits.size(), 1U);
  EXPECT_LT(clock.waits[0], 1s);
  EXPECT_EQ(sink.writes, 2);
}

TEST_F(RotatedSecretTest, that_is_wrong_too_halts_as_before) {
  secret.rotate("mistaken");
  clock.meanwhile = [&] {
    if (clock.waits.size() == 2) secret.rotate("new");
  };
  deliver();
  ASSERT_EQ(clock.waits.size(), 2U);
  EXPECT_LT(clock.waits[0], 1s);
  EXPECT_EQ(clock.waits[1], 30s);
  EXPECT_EQ(sink.renewals, 2);
}

TEST_F(RotatedSecretTest, is_not_looked_for_where_the_peer_is_only_away) {
  sink.password = sink.wanted;
  sink.away = true;
  secret.rotate("newer");
  deliver();
  EXPECT_EQ(sink.writes, 2);
  EXPECT_EQ(sink.renewals, 0);
}

// Has one record that waits.
struct OneRecordOutbox : FakeSink {
  void outbox_take(OutboxOrder&, const OutboxTaker& taker) override {
    if (sent) return;
    OutboxRecord record{};
    record.topic = detail::to_c("payments");
    record.attempt = ++attempt;
    record.record = detail::to_c(R"({"version":1,"fields":{"record_offset":1,"amount":"1.0000"}})");
    taker(record);
  }
  void outbox_settle(std::span<const OutboxOutcome> outcomes) override {
    for (const auto& outcome : outcomes) sent = outcome.state == ASSAY_OUTBOX_SENT;
  }
  std::uint32_t attempt = 0;
  bool sent = false;
};

TEST_F(RotatedSecretTest, is_used_by_a_deferred_step_as_well) {
  OneRecordOutbox outbox;
  const FakePlugin keeper(outbox, Cursors::kept_with_outbox);
  host::Patience with_outbox{"outbox", host::Patience::kProbe, clock};
  host::OutboxDelivery deferred{{"assay", "main.alert", 3, false, kGuard},
                                {&*keeper, &*plugin, &with_outbox, &patience}};
  clock.meanwhile = [&] { secret.rotate("new"); };
  EXPECT_TRUE(deferred.round({}));
  EXPECT_FALSE(outbox.sent);
  EXPECT_TRUE(deferred.round({}));
  EXPECT_TRUE(outbox.sent);
  EXPECT_EQ(clock.waits, (std::vector<std::chrono::nanoseconds>{30s}));
}

}  // namespace
}  // namespace assay::tests
