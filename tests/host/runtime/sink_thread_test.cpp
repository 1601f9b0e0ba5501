// The queue in front of a sink: what goes out together, what is refused, how it ends.
#include "host/runtime/sink_thread.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "tests/support/dead_letter_fakes.hpp"
#include "tests/support/sink_fakes.hpp"

namespace assay::tests {
namespace {

using namespace std::chrono_literals;

// Notes what it is asked; may be held in the middle of a write.
class GatedSink final : public FakeSink {
 public:
  struct Call {
    std::string name;
    std::vector<std::int64_t> offsets;
  };

  void write(const Records& records, Statuses&) override {
    std::unique_lock lock(mutex_);
    auto& call = calls_.emplace_back(Call{"write", {}});
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      call.offsets.push_back(offset_of(records, row));
    }
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void flush() override { note("flush"); }
  void claim(std::span<assay_cursor> cursors) override {
    for (auto& cursor : cursors) {
      cursor.epoch = 1;
      cursor.next_offset = 0;
    }
    note("claim");
  }
  void begin(std::span<assay_cursor>) override { note("begin"); }
  void commit(std::span<assay_cursor> cursors) override {
    for (auto& cursor : cursors) cursor.answer = ASSAY_CURSOR_COMMITTED;
    note("commit");
  }

  void hold() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  void release() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  // Waits for that many calls of a name.
  void wait_for(const std::string& name, std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return counted(name) >= count; });
  }
  std::size_t count(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return counted(name);
  }
  std::vector<std::string> names() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& call : calls_) all.push_back(call.name);
    return all;
  }

 private:
  std::size_t counted(const std::string& name) const {
    return static_cast<std::size_t>(std::count_if(
        calls_.begin(), calls_.end(), [&](const Call& call) { return call.name == name; }));
  }
  void note(const std::string& name) {
    const std::lock_guard lock(mutex_);
    calls_.push_back({name, {}});
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Call> calls_;
  bool open_ = true;
};

class SinkThreadTest : public ::testing::Test {
 protected:
  host::Parcel parcel(const std::vector<std::int64_t>& offsets, std::int64_t next) {
    host::Parcel made;
    made.partition = {0};
    made.epoch = {1};
    made.ticket = static_cast<std::uint64_t>(next);
    made.block = blocks.block(offsets, next);
    made.sender = &mailbox;
    return made;
  }
  std::vector<std::uint64_t> wait_for_acks(std::size_t count) {
    std::vector<std::uint64_t> tickets;
    std::vector<host::Ack> taken;
    while (tickets.size() < count) {
      mailbox.take(taken, 1s);
      for (const auto& ack : taken) {
        if (const auto* done = std::get_if<host::StepDone>(&ack)) tickets.push_back(done->ticket);
      }
    }
    return tickets;
  }
  void wait_for_claim() {
    std::vector<host::Ack> taken;
    while (taken.empty()) mailbox.take(taken, 1s);
    ASSERT_TRUE(std::holds_alternative<host::Claimed>(taken[0]));
  }
  static host::SinkConfig patient() {
    host::SinkConfig config;
    config.id = "fake";
    config.batch_age = std::chrono::nanoseconds(1h).count();
    return config;
  }

  GatedSink sink;
  MemoryDeadLetters letters;
  host::Mailbox mailbox;
  BlockMaker blocks;
  host::TransactionalDelivery::Stream stream{"assay", "payments", "cluster", {"main.store"}};
};

TEST_F(SinkThreadTest, sends_at_once_when_enough_rows_are_there) {
  auto config = patient();
  config.batch_rows = 3;
  const FakePlugin plugin(sink, Cursors::none, config);
  host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
  thread.put(parcel({0, 1}, 2));
  thread.put(parcel({2}, 3));
  EXPECT_EQ(wait_for_acks(2), (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(sink.names(), (std::vector<std::string>{"write", "write", "flush"}));
}

TEST_F(SinkThreadTest, sends_at_once_when_enough_bytes_are_there) {
  auto config = patient();
  config.batch_bytes = 1;
  const FakePlugin plugin(sink, Cursors::none, config);
  host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
  thread.put(parcel({0}, 1));
  EXPECT_EQ(wait_for_acks(1).size(), 1U);
}

TEST_F(SinkThreadTest, sends_a_lone_parcel_when_it_is_old_enough) {
  const FakePlugin plugin(sink, Cursors::none);
  host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
  thread.put(parcel({0}, 1));
  EXPECT_EQ(wait_for_acks(1).size(), 1U);
}

TEST_F(SinkThreadTest, what_came_meanwhile_goes_out_together) {
  sink.hold();
  const FakePlugin plugin(sink, Cursors::none);
  host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
  thread.put(parcel({0}, 1));
  sink.wait_for("write", 1);
  thread.put(parcel({1}, 2));
  thread.put(parcel({2}, 3));
  EXPECT_EQ(thread.report().queued_parcels, 2U);
  EXPECT_GT(thread.report().queued_bytes, 0U);
  sink.release();
  wait_for_acks(3);
  EXPECT_EQ(sink.names(), (std::vector<std::string>{"write", "flush", "write", "write", "flush"}));
  EXPECT_EQ(thread.report().queued_bytes, 0U);
}

TEST_F(SinkThreadTest, what_goes_out_together_is_no_more_than_a_batch_or_one_parcel) {
  sink.hold();
  auto config = patient();
  config.batch_age = 0;
  config.batch_bytes = static_cast<host::Bytes>(parcel({0}, 1).bytes()) * 2 - 1;
  const FakePlugin plugin(sink, Cursors::none, config);
  host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
  thread.put(parcel({0}, 1));
  sink.wait_for("write", 1);
  thread.put(parcel({1}, 2));
  thread.put(parcel({2}, 3));
  sink.release();
  wait_for_acks(3);
  EXPECT_EQ(sink.names(),
            (std::vector<std::string>{"write", "flush", "write", "flush", "write", "flush"}));
}

TEST_F(SinkThreadTest, empty_parcels_go_with_the_next_one_that_has_rows) {
  const FakePlugin plugin(sink, Cursors::kept);
  host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
  thread.claim({{1}, {{0}}, {0}, &mailbox, nullptr}, stream);
  wait_for_claim();
  thread.put(parcel({}, 5));
  thread.put(parcel({5}, 6));
  EXPECT_EQ(wait_for_acks(2), (std::vector<std::uint64_t>{5, 6}));
  EXPECT_EQ(sink.count("commit"), 1U);
}

TEST_F(SinkThreadTest, empty_parcels_alone_move_the_cursor_within_a_second_or_so) {
  const FakePlugin plugin(sink, Cursors::kept, patient());
  host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
  thread.claim({{1}, {{0}}, {0}, &mailbox, nullptr}, stream);
  wait_for_claim();
  thread.put(parcel({}, 5));
  EXPECT_EQ(wait_for_acks(1), std::vector<std::uint64_t>{5});
  EXPECT_EQ(sink.count("write"), 0U);
  EXPECT_EQ(sink.count("commit"), 1U);
}

TEST_F(SinkThreadTest, refuses_an_optional_parcel_when_the_queue_is_full_and_takes_a_required_one) {
  sink.hold();
  const FakePlugin plugin(sink, Cursors::none);
  const auto bytes = parcel({0}, 1).block.bytes();
  host::SinkThread thread(*plugin, letters, bytes, kGuard);
  thread.put(parcel({0}, 1));
  sink.wait_for("write", 1);
  EXPECT_TRUE(thread.offer(parcel({1}, 2)));
  EXPECT_FALSE(thread.offer(parcel({2}, 3)));
  thread.put(parcel({3}, 4));
  sink.release();
  EXPECT_EQ(wait_for_acks(3), (std::vector<std::uint64_t>{1, 2, 4}));
}

TEST_F(SinkThreadTest, claim_overtakes_what_waits_in_the_queue) {
  const FakePlugin plugin(sink, Cursors::kept, patient());
  host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
  thread.put(parcel({0}, 1));  // waits for company
  thread.claim({{2}, {{0}}, {0}, &mailbox, nullptr}, stream);
  wait_for_claim();
  EXPECT_EQ(sink.names(), std::vector<std::string>{"claim"});
  EXPECT_EQ(thread.report().queued_parcels, 1U);
}

TEST_F(SinkThreadTest, ends_though_a_call_hangs_until_it_is_interrupted) {
  struct Hanging final : FakeSink {
    void write(const Records&, Statuses&) override {
      std::unique_lock lock(mutex);
      inside = true;
      changed.notify_all();
      // Only an interruption during the call is heard, as with a query that is cancelled.
      const auto before = interrupts;
      changed.wait(lock, [&] { return interrupts > before; });
    }
    void interrupt() override {
      const std::lock_guard lock(mutex);
      ++interrupts;
      changed.notify_all();
    }
    std::mutex mutex;
    std::condition_variable changed;
    bool inside = false;
    int interrupts = 0;
  } hanging;
  const FakePlugin plugin(hanging, Cursors::none);
  {
    host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
    thread.put(parcel({0}, 1));
    std::unique_lock lock(hanging.mutex);
    hanging.changed.wait(lock, [&] { return hanging.inside; });
  }
  EXPECT_GE(hanging.interrupts, 1);
}

// An interruption that comes between two calls is heard by neither.
TEST_F(SinkThreadTest, interrupts_again_where_another_call_had_begun) {
  struct Hanging final : FakeSink {
    void begin(std::span<assay_cursor>) override {
      std::unique_lock lock(mutex);
      inside = true;
      changed.notify_all();
      changed.wait(lock, [&] { return interrupts > 0; });
    }
    void claim(std::span<assay_cursor> cursors) override {
      for (auto& cursor : cursors) cursor.epoch = cursor.next_offset = 0;
    }
    void write(const Records&, Statuses&) override {
      std::unique_lock lock(mutex);
      const auto before = interrupts;
      changed.wait(lock, [&] { return interrupts > before; });
    }
    void interrupt() override {
      const std::lock_guard lock(mutex);
      ++interrupts;
      changed.notify_all();
    }
    std::mutex mutex;
    std::condition_variable changed;
    bool inside = false;
    int interrupts = 0;
  } hanging;
  const FakePlugin plugin(hanging, Cursors::kept);
  {
    host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
    thread.claim({{1}, {{0}}, {0}, &mailbox, nullptr}, stream);
    wait_for_claim();
    thread.put(parcel({0}, 1));
    std::unique_lock lock(hanging.mutex);
    hanging.changed.wait(lock, [&] { return hanging.inside; });
  }
  EXPECT_GE(hanging.interrupts, 2);
}

TEST_F(SinkThreadTest, ends_with_parcels_that_nobody_will_deliver) {
  const FakePlugin plugin(sink, Cursors::none, patient());
  {
    host::SinkThread thread(*plugin, letters, 1 << 20, kGuard);
    thread.put(parcel({0}, 1));
  }
  std::vector<host::Ack> taken;
  mailbox.take(taken);
  EXPECT_TRUE(taken.empty());
}

}  // namespace
}  // namespace assay::tests
