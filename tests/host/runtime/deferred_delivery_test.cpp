// What is deferred to a step with a cursor: it goes into the outbox in the same transaction.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "host/runtime/transactional_delivery.hpp"
#include "tests/host/runtime/fake_database.hpp"

namespace assay::tests {
namespace {

using namespace std::chrono_literals;

// A database whose outbox fails by script.
struct OutboxDatabase : FakeSink {
  void claim(std::span<assay_cursor> cursors) override {
    for (auto& cursor : cursors) cursor.next_offset = ASSAY_NO_OFFSET;
  }
  void begin(std::span<assay_cursor>) override {
    ++begun;
    draft.clear();
    draft_bytes = 0;
  }
  void outbox_store(std::span<const OutboxRecord> records) override {
    if (failures-- > 0) throw Failure::transient("57P01", "restarted");
    for (const auto& record : records) {
      EXPECT_EQ(detail::from_c(record.step), "main.alert");
      EXPECT_EQ(detail::from_c(record.group), "assay");
      EXPECT_NE(detail::from_c(record.record).find("\"version\":1"), std::string_view::npos);
      draft.push_back(record.record_offset);
      draft_bytes += record.record.size;
    }
  }
  void commit(std::span<assay_cursor> cursors) override {
    stored.insert(stored.end(), draft.begin(), draft.end());
    bytes += draft_bytes;
    for (auto& cursor : cursors) cursor.answer = ASSAY_CURSOR_COMMITTED;
  }
  int failures = 0;
  std::atomic<int> begun = 0;  // transactions
  std::vector<std::int64_t> draft;
  std::vector<std::int64_t> stored;
  std::uint64_t draft_bytes = 0;
  std::uint64_t bytes = 0;
};

class transactional_delivery_with_an_outbox : public ::testing::Test {
 protected:
  void SetUp() override { delivery_.claim({{1}, {{0}}, {0}, &mailbox_}, names_, {}); }
  // One parcel up to that offset, with what is deferred of it.
  std::vector<host::Parcel> parcels(std::vector<std::int64_t> deferred, std::int64_t next) {
    host::Parcel parcel;
    parcel.partition = {0};
    parcel.epoch = {1};
    parcel.block = blocks_.block({}, next);
    parcel.deferred.push_back({1, blocks_.block(std::move(deferred), next, 0, "main.alert")});
    parcel.sender = &mailbox_;
    std::vector<host::Parcel> all;
    all.push_back(std::move(parcel));
    return all;
  }

  OutboxDatabase database_;
  FakePlugin store_{database_, Cursors::kept_with_outbox};
  FakeSink mail_;
  FakePlugin step_sink_{mail_, Cursors::none};
  MemoryDeadLetters letters_;
  host::Patience patience_{"fake", 1us};
  host::OutboxBell bell_;
  host::OutboxLevel level_{1'000};
  host::Mailbox mailbox_;
  const host::TransactionalDelivery::Stream names_{
      "assay", "payments", "cluster", {"main.store", "main.alert"}};
  host::TransactionalDelivery delivery_{*store_,
                                        patience_,
                                        {letters_, *store_, kGuard},
                                        {{{"main.alert", {&*step_sink_, &level_}}}, bell_}};
  BlockMaker blocks_;
};

TEST_F(transactional_delivery_with_an_outbox, stores_what_is_deferred_in_the_transaction_once) {
  database_.failures = 2;
  delivery_.deliver(parcels({11, 15}, 20), {});
  EXPECT_EQ(database_.stored, (std::vector<std::int64_t>{11, 15}));
  EXPECT_EQ(bell_.rings(), 1U) << "whoever delivers them is woken by the commit";
  EXPECT_EQ(level_.bytes(), database_.bytes) << "of what was committed, and of no try before it";
}

TEST_F(transactional_delivery_with_an_outbox, waits_while_it_is_full_with_no_transaction_open) {
  level_.stored(1'000);
  delivery_.deliver(parcels({}, 10), {});
  EXPECT_EQ(database_.begun, 1) << "what defers nothing is not held up";
  std::jthread waiting(
      [&](const std::stop_token& stop) { delivery_.deliver(parcels({11}, 20), stop); });
  while (patience_.report().retries < 3 && database_.begun < 2) std::this_thread::yield();
  EXPECT_EQ(database_.begun, 1);
  EXPECT_EQ(patience_.report().state, host::SinkState::retrying);
  EXPECT_EQ(patience_.report().reason,
            "the outbox of main.alert is full: 1000 bytes wait there, outbox.max is 1000");
  level_.left(1);
  waiting.join();
  EXPECT_EQ(database_.stored, (std::vector<std::int64_t>{11}));
  EXPECT_EQ(patience_.report().state, host::SinkState::working);
}

}  // namespace
}  // namespace assay::tests
