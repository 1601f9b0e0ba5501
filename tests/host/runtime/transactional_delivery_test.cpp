// Holds delivery through a sink with cursors to its promise: every record exactly once in the
// database or in the dead letters, whatever the database does meanwhile.
#include "host/runtime/transactional_delivery.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <numeric>
#include <random>
#include <thread>

#include "tests/host/runtime/fake_database.hpp"

namespace assay::tests {
namespace {

using namespace std::chrono_literals;
using host::CursorMoved;
using host::Trouble;

constexpr core::OffsetTracker::Ticket kStale = 1'000'000;
constexpr std::int64_t kLogEnd = 40;

host::TransactionalDelivery::Stream stream() {
  return {"assay", "payments", "cluster", {"main.store", "main.even"}};
}

// Plays the worker: claims, sends the log in parcels of any size, follows what comes back.
class Sender {
 public:
  Sender(host::TransactionalDelivery& delivery, FakeDatabase& database, std::uint32_t seed)
      : delivery_(&delivery), database_(&database), random_(seed) {
    claim({{0}, {1}});
  }

  bool done() const {
    for (const auto& [partition, one] : partitions_) {
      for (std::size_t step = 0; step < names_.steps.size(); ++step) {
        const auto known = database_->state.cursors.find({names_.steps[step], partition});
        if (known == database_->state.cursors.end() || known->second.next != kLogEnd) return false;
      }
    }
    return true;
  }

  void round() {
    std::vector<host::Parcel> parcels;
    for (auto& [partition, one] : partitions_) {
      if (chance(4) && one.epoch.value > 1) stale_parcel(parcels, partition);
      for (int batches = pick(3); batches > 0 && one.sent < kLogEnd; --batches) {
        send_batch(parcels, partition, one);
      }
      // At the end what the database forgot is found out by an empty batch, as in production by
      // the next record.
      if (one.sent == kLogEnd && !done() && database_->script.empty()) {
        probe(parcels, partition, one);
      }
    }
    delivery_->deliver(std::move(parcels), {});
    follow();
  }

 private:
  struct Partition {
    core::Epoch epoch;
    std::int64_t sent = 0;
    std::vector<std::int64_t> cursors;
  };

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  bool chance(int one_in) { return pick(one_in) == 0; }

  host::Parcel parcel(std::size_t step, std::int32_t partition, core::Epoch epoch,
                      core::OffsetTracker::Ticket ticket, core::RecordBlock block) {
    host::Parcel made;
    made.step = step;
    made.partition = {partition};
    made.epoch = epoch;
    made.ticket = ticket;
    made.block = std::move(block);
    made.sender = &mailbox_;
    return made;
  }

  void send_batch(std::vector<host::Parcel>& parcels, std::int32_t partition, Partition& one) {
    const auto next = std::min<std::int64_t>(one.sent + 1 + pick(6), kLogEnd);
    for (std::size_t step = 0; step < names_.steps.size(); ++step) {
      if (next <= one.cursors[step]) continue;
      std::vector<std::int64_t> offsets;
      for (auto at = std::max(one.sent, one.cursors[step]); at < next; ++at) {
        if (FakeDatabase::wanted(names_.steps[step], at)) offsets.push_back(at);
      }
      parcels.push_back(parcel(step, partition, one.epoch, static_cast<std::uint64_t>(next),
                               blocks_.block(offsets, next, partition, names_.steps[step])));
    }
    one.sent = next;
  }

  void probe(std::vector<host::Parcel>& parcels, std::int32_t partition, Partition& one) {
    for (std::size_t step = 0; step < names_.steps.size(); ++step) {
      parcels.push_back(parcel(step, partition, one.epoch, kLogEnd,
                               blocks_.block({}, kLogEnd, partition, names_.steps[step])));
    }
  }

  // What an earlier assignment left in the queue: it would store nonsense.
  void stale_parcel(std::vector<host::Parcel>& parcels, std::int32_t partition) {
    parcels.push_back(parcel(0, partition, {partitions_[partition].epoch.value - 1}, kStale,
                             blocks_.block({kLogEnd + 5}, kLogEnd + 6, partition)));
  }

  void follow() {
    std::vector<host::Ack> acks;
    mailbox_.take(acks);
    std::vector<core::PartitionId> moved;
    for (const auto& ack : acks) {
      if (const auto* done = std::get_if<host::StepDone>(&ack)) {
        RC_ASSERT(done->ticket != kStale);
        const FakeDatabase::Key key{names_.steps[done->step], done->partition.value};
        RC_ASSERT(static_cast<std::int64_t>(done->ticket) <= database_->highest[key]);
      } else if (const auto* cursor = std::get_if<CursorMoved>(&ack)) {
        if (partitions_[cursor->partition.value].epoch != cursor->epoch) continue;
        partitions_[cursor->partition.value].epoch = {++epochs_};  // further news of it is old
        moved.push_back(cursor->partition);
      }
    }
    if (!moved.empty()) claim(moved);
  }

  void claim(const std::vector<core::PartitionId>& partitions) {
    const core::Epoch epoch{++epochs_};
    delivery_->claim({epoch, partitions, {0, 1}, &mailbox_, nullptr}, names_, {});
    std::vector<host::Ack> acks;
    mailbox_.take(acks);
    for (const auto& ack : acks) {
      const auto* claimed = std::get_if<host::Claimed>(&ack);
      if (!claimed) continue;
      RC_ASSERT(claimed->epoch == epoch);
      for (const auto& cursor : claimed->cursors) {
        auto& one = partitions_[cursor.partition.value];
        if (one.epoch != epoch) one = {epoch, kLogEnd, std::vector<std::int64_t>(2)};
        one.cursors[cursor.step] = cursor.next.value_or(core::Offset{0}).value;
        one.sent = std::min(one.sent, one.cursors[cursor.step]);
      }
    }
  }

  host::TransactionalDelivery* delivery_;
  FakeDatabase* database_;
  std::mt19937 random_;
  host::TransactionalDelivery::Stream names_ = stream();
  host::Mailbox mailbox_;
  BlockMaker blocks_;
  std::map<std::int32_t, Partition> partitions_;
  std::uint64_t epochs_ = 0;
};

RC_GTEST_PROP(transactional_delivery, every_record_ends_once_in_the_database_or_in_a_dead_letter,
              ()) {
  MemoryDeadLetters letters;
  FakeDatabase database(letters);
  for (const auto number : *rc::gen::arbitrary<std::vector<std::uint8_t>>()) {
    const auto fault = number % 12;  // more often than not nothing is wrong
    database.script.push_back(fault < static_cast<int>(Fault::count) ? static_cast<Fault>(fault)
                                                                     : Fault::none);
  }
  database.judges_all_rows = *rc::gen::arbitrary<bool>();
  const FakePlugin plugin(database, Cursors::kept);
  host::Patience patience("fake", 1us);
  host::TransactionalDelivery delivery(*plugin, patience, {letters, *plugin, kGuard});

  Sender sender(delivery, database, *rc::gen::arbitrary<std::uint32_t>());
  for (int rounds = 0; !sender.done(); ++rounds) {
    RC_ASSERT(rounds < 10'000);
    sender.round();
  }

  std::map<std::pair<FakeDatabase::Key, std::int64_t>, int> lettered;
  for (const auto& letter : letters.letters()) {
    ++lettered[{{letter.step, letter.partition.value}, letter.offset.value}];
  }
  for (const auto& step : stream().steps) {
    for (const std::int32_t partition : {0, 1}) {
      const FakeDatabase::Key key{step, partition};
      for (std::int64_t at = 0; at < kLogEnd + 10; ++at) {
        const bool wanted = at < kLogEnd && FakeDatabase::wanted(step, at);
        const bool bad = FakeDatabase::bad(at);
        RC_ASSERT(database.state.rows[key].count(at) == (wanted && !bad ? 1U : 0U));
        const auto count = lettered[{key, at}];
        // What is read again may be refused again.
        if (wanted && bad && (database.went_back || database.was_claimed)) {
          RC_ASSERT(count >= 1);
        } else {
          RC_ASSERT(count == (wanted && bad ? 1 : 0));
        }
      }
    }
  }
  RC_ASSERT(!::testing::Test::HasFailure());
}

// --- single cases ------------------------------------------------------------------------------

class OneParcel : public ::testing::Test {
 protected:
  struct Sink : FakeSink {
    void claim(std::span<assay_cursor> cursors) override {
      if (on_claim) on_claim();
      for (auto& cursor : cursors) {
        cursor.epoch = 1;
        cursor.next_offset = 0;
      }
    }
    void begin(std::span<assay_cursor> cursors) override {
      ++begins;
      if (on_begin) on_begin(cursors);
    }
    void write(const Records& records, Statuses& statuses) override {
      if (on_write) on_write(records, statuses);
    }
    void commit(std::span<assay_cursor> cursors) override {
      for (auto& cursor : cursors) cursor.answer = ASSAY_CURSOR_COMMITTED;
      if (on_commit) on_commit(cursors);
    }
    void position(std::span<assay_cursor> cursors) override {
      if (on_position) on_position(cursors);
    }
    std::function<void()> on_claim;
    std::function<void(std::span<assay_cursor>)> on_begin, on_commit, on_position;
    std::function<void(const Records&, Statuses&)> on_write;
    std::atomic<int> begins = 0;
  };

  std::vector<host::Parcel> parcels(const std::vector<std::int64_t>& offsets = {0, 1, 2}) {
    std::vector<host::Parcel> made(1);
    made[0].partition = {0};
    made[0].epoch = {1};
    made[0].block = blocks.block(offsets, offsets.back() + 1);
    made[0].sender = &mailbox;
    return made;
  }
  void claim() { delivery.claim({{1}, {{0}}, {0}, &mailbox, nullptr}, names, {}); }
  std::vector<host::Ack> acks() {
    std::vector<host::Ack> taken;
    mailbox.take(taken);
    return taken;
  }
  // Delivers on another thread, waits until the sink is in trouble, and stops.
  void expect_stoppable(const std::function<bool()>& reached) {
    claim();
    acks();
    std::jthread thread([&](const std::stop_token& stop) { delivery.deliver(parcels(), stop); });
    while (!reached()) std::this_thread::yield();
    thread.request_stop();
    thread.join();  // the test's own time limit is the judge
    EXPECT_TRUE(acks().empty()) << "nothing was durable, so nothing is acknowledged";
  }

  Sink sink;
  FakePlugin plugin{sink, Cursors::kept};
  MemoryDeadLetters letters;
  host::Patience patience{"fake"};
  host::TransactionalDelivery::Stream names = stream();
  host::Mailbox mailbox;
  BlockMaker blocks;
  host::TransactionalDelivery delivery{*plugin, patience, {letters, *plugin, kGuard}};
};

using transactional_delivery_of_one_parcel = OneParcel;

TEST_F(transactional_delivery_of_one_parcel, stop_ends_the_wait_for_a_peer_that_is_away) {
  sink.on_begin = [](auto) { throw Failure::transient("08006", "away"); };
  expect_stoppable([&] { return patience.report().retries > 0; });
}

TEST_F(transactional_delivery_of_one_parcel, stop_ends_the_wait_of_a_halted_sink) {
  sink.on_write = [](const auto&, auto&) { throw Failure::configuration("42P01", "no table"); };
  expect_stoppable([&] { return patience.report().state == host::SinkState::halted; });
}

TEST_F(transactional_delivery_of_one_parcel, stop_ends_the_wait_for_a_dead_letter) {
  letters.hold();
  sink.on_write = [](const auto&, auto&) { throw Failure::data_in_row(1, "22P02", "bad"); };
  expect_stoppable([&] { return letters.counters().pending > 0; });
  letters.release();
}

TEST_F(transactional_delivery_of_one_parcel,
       halts_where_everything_is_rejected_until_it_is_mended) {
  std::atomic<bool> mended = false;
  sink.on_write = [&](const auto&, auto&) {
    if (!mended) throw Failure::data_in_row(0, "42804", "the column is a number now");
  };
  host::Patience quick("fake", 1us);
  host::TransactionalDelivery guarded(*plugin, quick, {letters, *plugin, kGuard});
  guarded.claim({{1}, {{0}}, {0}, &mailbox, nullptr}, names, {});
  acks();
  std::vector<std::int64_t> offsets(300);
  std::iota(offsets.begin(), offsets.end(), 0);
  std::jthread thread([&] { guarded.deliver(parcels(offsets), {}); });
  while (quick.report().retries < 3) std::this_thread::yield();
  EXPECT_EQ(letters.letters().size(), kGuard.count);
  EXPECT_EQ(quick.report().state, host::SinkState::halted);
  EXPECT_TRUE(acks().empty()) << "the cursor stands before the record that was not rejected";
  mended = true;
  thread.join();
  EXPECT_EQ(letters.letters().size(), kGuard.count);
  const auto taken = acks();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(std::get<host::StepDone>(taken[0]).delivered.rejected, kGuard.count);
}

TEST_F(transactional_delivery_of_one_parcel, stop_ends_the_search_for_a_lost_commit) {
  sink.on_commit = [](auto cursors) {
    for (auto& cursor : cursors) cursor.answer = ASSAY_CURSOR_UNKNOWN;
  };
  sink.on_position = [](auto) { throw Failure::transient("08006", "away"); };
  expect_stoppable([&] { return patience.report().retries > 0; });
}

TEST_F(transactional_delivery_of_one_parcel, stop_ends_the_search_where_a_sink_never_knows) {
  std::atomic<int> asked = 0;
  sink.on_commit = [](auto cursors) {
    for (auto& cursor : cursors) cursor.answer = ASSAY_CURSOR_UNKNOWN;
  };
  sink.on_position = [&](auto) { ++asked; };  // success, but no answer
  expect_stoppable([&] { return asked > 0; });
  EXPECT_LT(asked, 10) << "asked again and again without a pause";
}

TEST_F(transactional_delivery_of_one_parcel, stop_ends_the_wait_for_a_claim) {
  sink.on_claim = [] { throw Failure::transient("08006", "away"); };
  std::jthread thread([&](const std::stop_token& stop) {
    delivery.claim({{1}, {{0}}, {0}, &mailbox, nullptr}, names, stop);
  });
  while (patience.report().retries == 0) std::this_thread::yield();
  thread.request_stop();
  thread.join();
  EXPECT_TRUE(acks().empty());
}

TEST_F(transactional_delivery_of_one_parcel, order_that_was_withdrawn_raises_no_epoch) {
  const auto withdrawn = std::make_shared<std::atomic<bool>>(false);
  int tries = 0;
  sink.on_claim = [&] {
    if (++tries == 2) *withdrawn = true;
    throw Failure::transient("08006", "away");
  };
  host::Patience quick("fake", 1us);
  host::TransactionalDelivery claiming(*plugin, quick, {letters, *plugin, kGuard});
  claiming.claim({{1}, {{0}}, {0}, &mailbox, withdrawn}, names, {});
  EXPECT_EQ(tries, 2);
  EXPECT_TRUE(acks().empty());
}

TEST_F(transactional_delivery_of_one_parcel, commits_that_always_die_are_tried_with_pauses) {
  sink.on_commit = [](auto cursors) {
    for (auto& cursor : cursors) cursor.answer = ASSAY_CURSOR_UNKNOWN;
    throw Failure::transient("08006", "connection lost");
  };
  sink.on_position = [](auto cursors) {
    for (auto& cursor : cursors) {
      cursor.answer = ASSAY_CURSOR_BEHIND;
      cursor.next_offset = cursor.from_offset;
    }
  };
  expect_stoppable([&] { return sink.begins >= 3 || patience.report().retries > 1; });
  EXPECT_GE(patience.report().retries, 2U) << "the sink is asked in a tight loop";
}

TEST_F(transactional_delivery_of_one_parcel, cursor_that_is_always_behind_is_no_tight_loop) {
  sink.on_begin = [](auto cursors) {
    for (auto& cursor : cursors) {
      cursor.answer = ASSAY_CURSOR_BEHIND;
      cursor.next_offset = cursor.from_offset;
    }
  };
  expect_stoppable([&] { return sink.begins >= 3 || patience.report().retries > 1; });
  EXPECT_GE(patience.report().retries, 1U);
}

TEST_F(transactional_delivery_of_one_parcel, looks_at_the_row_with_a_cause_not_at_unjudged_ones) {
  sink.on_write = [](const auto&, auto&) {
    throw Failure::transient_in_row(2, "55P03", "the table is locked");
  };
  expect_stoppable([&] { return patience.report().retries > 0; });
  EXPECT_EQ(patience.report().reason, "the table is locked");
}

TEST_F(transactional_delivery_of_one_parcel, rejection_of_a_whole_batch_halts_and_throws_nothing) {
  sink.on_write = [](const auto&, auto&) { throw Failure::data("22000", "something is bad"); };
  expect_stoppable([&] { return patience.report().retries > 0; });
  EXPECT_EQ(patience.report().state, host::SinkState::halted);
  EXPECT_TRUE(letters.letters().empty());
}

TEST_F(transactional_delivery_of_one_parcel, acknowledges_after_the_commit_with_what_was_rejected) {
  claim();
  acks();
  sink.on_write = [](const Records& records, Statuses&) {
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      if (offset_of(records, row) == 1) throw Failure::data_in_row(row, "22P02", "bad");
    }
  };
  delivery.deliver(parcels(), {});
  const auto taken = acks();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(std::get<host::StepDone>(taken[0]).delivered.rejected, 1U);
  ASSERT_EQ(letters.letters().size(), 1U);
  const auto letter = letters.letters()[0];
  EXPECT_EQ(letter.offset.value, 1);
  EXPECT_EQ(letter.topic, "payments");
  EXPECT_EQ(letter.step, "main.store");
  EXPECT_EQ(letter.code, "22P02");
}

}  // namespace
}  // namespace assay::tests
