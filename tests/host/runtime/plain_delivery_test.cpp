// Delivery through a sink without cursors: a retry repeats exactly what failed, and nothing is
// acknowledged before it is delivered or a dead letter.
#include "host/runtime/plain_delivery.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <numeric>
#include <thread>

#include "tests/support/dead_letter_fakes.hpp"
#include "tests/support/sink_fakes.hpp"

namespace assay::tests {
namespace {

using namespace std::chrono_literals;

class PlainDeliveryTest : public ::testing::Test {
 protected:
  using Answer = std::function<void(const Records&, Statuses&)>;
  struct Sink : FakeSink {
    void write(const Records& records, Statuses& statuses) override {
      ++writes;
      auto& offsets = asked.emplace_back();
      for (std::uint32_t row = 0; row < records.size(); ++row) {
        offsets.push_back(offset_of(records, row));
      }
      if (always) return always(records, statuses);
      if (answers.empty()) return;
      const auto answer = std::move(answers.front());
      answers.pop_front();
      if (answer) answer(records, statuses);
    }
    void flush() override {
      ++flushes;
      if (on_flush) on_flush();
    }
    std::deque<Answer> answers;
    Answer always;
    std::function<void()> on_flush;
    std::vector<std::vector<std::int64_t>> asked;
    std::atomic<int> writes = 0;
    std::atomic<int> flushes = 0;
  };

  host::Parcel parcel(const std::vector<std::int64_t>& offsets, std::uint64_t ticket = 0) {
    host::Parcel made;
    made.partition = {0};
    made.ticket = ticket;
    made.block = blocks.block(offsets, offsets.back() + 1);
    made.sender = &mailbox;
    return made;
  }
  void deliver(const std::vector<std::int64_t>& offsets) {
    std::vector<host::Parcel> parcels;
    parcels.push_back(parcel(offsets));
    delivery.deliver(std::move(parcels), {});
  }
  void expect_stoppable(const std::function<bool()>& reached) {
    std::jthread thread([&](const std::stop_token& stop) {
      std::vector<host::Parcel> parcels;
      parcels.push_back(parcel({0, 1, 2}));
      slow.deliver(std::move(parcels), stop);
    });
    while (!reached()) std::this_thread::yield();
    thread.request_stop();
    thread.join();
    EXPECT_TRUE(acks().empty());
  }
  std::vector<host::Ack> acks() {
    std::vector<host::Ack> taken;
    mailbox.take(taken);
    return taken;
  }
  static Answer rejects(std::vector<std::int64_t> offsets) {
    return [offsets = std::move(offsets)](const Records& records, Statuses& statuses) {
      for (std::uint32_t row = 0; row < records.size(); ++row) {
        const auto at = offset_of(records, row);
        if (std::count(offsets.begin(), offsets.end(), at) > 0) {
          statuses.set(row, Failure::data_in_row(row, "22P02", "bad"));
        }
      }
    };
  }

  Sink sink;
  FakePlugin plugin{sink, Cursors::none};
  MemoryDeadLetters letters;
  host::Patience quick{"fake", 1us};
  host::Patience patience{"fake"};
  host::Mailbox mailbox;
  BlockMaker blocks;
  host::PlainDelivery delivery{*plugin, quick, {letters, *plugin, kGuard}};
  host::PlainDelivery slow{*plugin, patience, {letters, *plugin, kGuard}};
};

TEST_F(PlainDeliveryTest, repeats_exactly_what_failed) {
  sink.answers = {[](const Records&, Statuses& statuses) {
    statuses.set(1, Failure::transient_in_row(1, "450", "busy"));
    statuses.set(3, Failure::transient_in_row(3, "450", "busy"));
  }};
  deliver({10, 11, 12, 13, 14});
  EXPECT_EQ(sink.asked, (std::vector<std::vector<std::int64_t>>{{10, 11, 12, 13, 14}, {11, 13}}));
  EXPECT_EQ(acks().size(), 1U);
}

TEST_F(PlainDeliveryTest,
       makes_one_dead_letter_of_each_rejected_record_before_the_acknowledgement) {
  sink.answers = {rejects({11, 13})};
  deliver({10, 11, 12, 13, 14});
  EXPECT_EQ(sink.writes, 1) << "what was delivered is not delivered again";
  const auto taken = acks();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(std::get<host::StepDone>(taken[0]).delivered.rejected, 2U);
  const auto all = letters.letters();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].offset.value, 11);
  EXPECT_EQ(all[1].offset.value, 13);
}

TEST_F(PlainDeliveryTest, waits_for_the_dead_letter_before_it_acknowledges) {
  letters.hold();
  sink.answers = {rejects({11})};
  std::jthread thread([&] { deliver({10, 11}); });
  letters.wait_for(1);
  EXPECT_TRUE(acks().empty());
  letters.release();
  thread.join();
  EXPECT_EQ(acks().size(), 1U);
}

TEST_F(PlainDeliveryTest, halts_where_everything_is_rejected_and_goes_on_when_that_is_mended) {
  std::atomic<bool> mended = false;
  sink.always = [&](const Records& records, Statuses& statuses) {
    if (mended) return;  // between two writes, not in the midst of one
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      statuses.set(row, Failure::data_in_row(row, "42804", "the column is a number now"));
    }
  };
  std::vector<std::int64_t> offsets(300);
  std::iota(offsets.begin(), offsets.end(), 0);
  std::jthread thread([&] { deliver(offsets); });
  // The report follows the write that it is about.
  while (sink.writes < 5 || quick.report().state != host::SinkState::halted) {
    std::this_thread::yield();
  }
  EXPECT_EQ(letters.letters().size(), kGuard.count);
  EXPECT_NE(quick.report().reason.find("dead_letters.guard"), std::string::npos)
      << quick.report().reason;
  EXPECT_TRUE(acks().empty());
  mended = true;
  thread.join();
  EXPECT_EQ(letters.letters().size(), kGuard.count);
  EXPECT_EQ(sink.asked.back().size(), offsets.size() - kGuard.count);
  const auto taken = acks();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(std::get<host::StepDone>(taken[0]).delivered.rejected, kGuard.count);
  EXPECT_EQ(quick.report().state, host::SinkState::working);
}

TEST_F(PlainDeliveryTest, goes_on_where_bad_records_are_few_among_many) {
  sink.always = [&](const Records& records, Statuses& statuses) {
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      if (offset_of(records, row) % 25 == 0)
        statuses.set(row, Failure::data_in_row(row, "x", "bad"));
    }
  };
  std::vector<std::int64_t> offsets(500);
  std::iota(offsets.begin(), offsets.end(), 0);
  for (int batch = 0; batch < 10; ++batch) deliver(offsets);
  EXPECT_EQ(letters.letters().size(), 200U);
  EXPECT_EQ(acks().size(), 10U);
}

TEST_F(PlainDeliveryTest, rejects_some_and_repeats_others_of_the_same_batch) {
  sink.answers = {[](const Records& records, Statuses& statuses) {
    rejects({11})(records, statuses);
    statuses.set(0, Failure::transient_in_row(0, "450", "busy"));
  }};
  deliver({10, 11, 12});
  EXPECT_EQ(sink.asked.back(), std::vector<std::int64_t>{10});
  EXPECT_EQ(letters.letters().size(), 1U);
}

TEST_F(PlainDeliveryTest, asks_again_at_once_for_what_a_bad_record_held_up) {
  const Answer one = [](const Records& records, Statuses&) {
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      if (offset_of(records, row) % 2 == 1) throw Failure::data_in_row(row, "22P02", "bad");
    }
  };
  sink.always = one;
  deliver({10, 11, 12, 13, 14});
  EXPECT_EQ(sink.writes, 3);
  EXPECT_EQ(quick.report().retries, 0U);
  EXPECT_EQ(letters.letters().size(), 2U);
}

TEST_F(PlainDeliveryTest, pauses_where_a_sink_never_judges) {
  sink.always = [](const Records&, Statuses& statuses) {
    auto silent = Failure::transient_in_row(0, "", "");
    for (std::uint32_t row = 0; row < statuses.size(); ++row) statuses.set(row, silent);
  };
  expect_stoppable([&] { return patience.report().retries >= 2 || sink.writes > 10; });
  EXPECT_LE(sink.writes, 3);
}

TEST_F(PlainDeliveryTest, pauses_where_a_sink_gives_back_a_batch_without_a_reason) {
  sink.always = [](const Records&, Statuses&) {
    throw Failure::transient_in_row(1'000, "", "");  // a row that is not there: none has a cause
  };
  expect_stoppable([&] { return patience.report().retries >= 2 || sink.writes > 10; });
  EXPECT_LE(sink.writes, 3);
}

TEST_F(PlainDeliveryTest, rejection_of_a_whole_batch_halts_and_throws_nothing_away) {
  sink.always = [](const Records&, Statuses&) { throw Failure::data("550", "no"); };
  expect_stoppable([&] { return patience.report().retries > 0; });
  EXPECT_EQ(patience.report().state, host::SinkState::halted);
  EXPECT_TRUE(letters.letters().empty());
}

TEST_F(PlainDeliveryTest, rejection_of_a_batch_of_one_names_the_record) {
  sink.always = [](const Records&, Statuses&) { throw Failure::data("550", "no"); };
  deliver({10});
  EXPECT_EQ(letters.letters().size(), 1U);
  EXPECT_EQ(acks().size(), 1U);
}

TEST_F(PlainDeliveryTest, acknowledges_only_what_was_flushed) {
  int failures = 2;
  sink.on_flush = [&] {
    EXPECT_TRUE(acks().empty());
    if (failures-- > 0) throw Failure::transient("28", "disk full");
  };
  deliver({10, 11});
  EXPECT_EQ(sink.flushes, 3);
  EXPECT_EQ(acks().size(), 1U);
  EXPECT_EQ(quick.report().state, host::SinkState::working) << "it flushes again";
}

TEST_F(PlainDeliveryTest, stop_ends_the_wait_for_a_flush) {
  sink.on_flush = [] { throw Failure::configuration("28", "no such folder"); };
  expect_stoppable([&] { return patience.report().state == host::SinkState::halted; });
}

TEST_F(PlainDeliveryTest, stop_ends_between_two_parcels) {
  std::stop_source stop;
  sink.always = [&](const Records&, Statuses&) { stop.request_stop(); };
  std::vector<host::Parcel> parcels;
  parcels.push_back(parcel({0}, 0));
  parcels.push_back(parcel({1}, 1));
  delivery.deliver(std::move(parcels), stop.get_token());
  EXPECT_EQ(sink.writes, 1) << "a call that hangs would hold up the end once more";
}

TEST_F(PlainDeliveryTest, dead_letter_names_the_record_though_the_sink_did_not_ask_where_it_stood) {
  struct Modest final : FakeSink {
    std::vector<std::pair<std::string, std::uint32_t>> columns() const override {
      return {{"amount", ASSAY_DECIMAL}};
    }
    void write(const Records&, Statuses& statuses) override {
      if (std::exchange(asked, true)) return;
      statuses.set(2, Failure::data_in_row(2, "22P02", "bad"));
    }
    bool asked = false;
  } modest;
  const FakePlugin modest_plugin(modest, Cursors::none);
  host::PlainDelivery modest_delivery(*modest_plugin, quick, {letters, *modest_plugin, kGuard});
  BlockMaker as_bound(modest_plugin.columns());
  std::vector<host::Parcel> parcels;
  parcels.push_back(parcel({10}));
  parcels.back().block = as_bound.block({10, 11, 12}, 13);
  modest_delivery.deliver(std::move(parcels), {});
  ASSERT_EQ(letters.letters().size(), 1U);
  EXPECT_EQ(letters.letters()[0].offset.value, 12);
}

// Waits by going on to the end of the wait.
class LeapingClock final : public host::Clock {
 public:
  Moment now() const override { return now_; }
  std::int64_t wall() const override { return now_.time_since_epoch().count(); }
  bool wait_until(std::unique_lock<std::mutex>&, std::condition_variable_any&,
                  const std::stop_token&, Moment end, const Condition& condition) override {
    now_ = std::max(now_, end);
    return condition();
  }
  void leap(std::chrono::nanoseconds by) { now_ += by; }

 private:
  Moment now_{1h};
};

class PlainDeliveryWithFallback : public PlainDeliveryTest {
 protected:
  using Flags = std::vector<bool>;
  // What became of each parcel, by row: whether it is the fallback's.
  std::vector<Flags> hand_over(std::vector<std::vector<std::int64_t>> batches,
                               std::optional<std::chrono::nanoseconds> after) {
    std::vector<host::Parcel> parcels;
    for (const auto& offsets : batches) {
      parcels.push_back(parcel(offsets));
      parcels.back().fallback = core::Step::Fallback{1, after};
    }
    leaping.deliver(std::move(parcels), {});
    std::vector<Flags> all;
    for (const auto& ack : acks()) {
      all.push_back(std::get<host::StepDone>(ack).delivered.handed_over);
    }
    return all;
  }
  static void away(const Records&, Statuses&) { throw Failure::transient("08006", "away"); }

  LeapingClock clock;
  host::Patience counted{"fake", host::Patience::kProbe, clock};
  host::PlainDelivery leaping{*plugin, counted, {letters, *plugin, kGuard, clock}, clock};
};

TEST_F(PlainDeliveryWithFallback, hands_over_what_is_rejected_and_makes_no_dead_letter_of_it) {
  sink.answers = {rejects({11, 13}), rejects({20})};
  EXPECT_EQ(hand_over({{10, 11, 12, 13, 14}, {20}, {21}}, std::nullopt),
            (std::vector<Flags>{{false, true, false, true, false}, {true}, {false}}));
  EXPECT_TRUE(letters.letters().empty());
  EXPECT_EQ(sink.writes, 3);
}

TEST_F(PlainDeliveryWithFallback, waits_for_a_sink_that_is_away_where_nothing_else_is_said) {
  sink.answers = {away, away, away, away};
  EXPECT_EQ(hand_over({{10, 11}}, std::nullopt), (std::vector<Flags>{{false, false}}));
  EXPECT_EQ(sink.writes, 5);
}

TEST_F(PlainDeliveryWithFallback, hands_over_what_is_left_once_the_sink_was_away_for_long) {
  sink.always = away;
  sink.answers.clear();
  const auto start = clock.now();
  EXPECT_EQ(hand_over({{10, 11}, {12}}, 10s), (std::vector<Flags>{{true, true}, {true}}));
  EXPECT_EQ(clock.now() - start, 10s);
  EXPECT_GT(sink.writes, 1) << "it tried again meanwhile";
  EXPECT_EQ(sink.asked.back(), (std::vector<std::int64_t>{10, 11})) << "no try was due";
  EXPECT_EQ(counted.report().open, 10s);
}

TEST_F(PlainDeliveryWithFallback,
       tries_one_parcel_whenever_a_try_is_due_and_goes_back_to_the_sink) {
  sink.always = away;
  (void)hand_over({{10}}, 10s);
  clock.leap(host::Patience::kProbe);
  const int before = sink.writes;
  EXPECT_EQ(hand_over({{11}, {12}, {13}}, 10s), (std::vector<Flags>{{true}, {true}, {true}}));
  EXPECT_EQ(sink.writes, before + 1);
  sink.always = nullptr;
  clock.leap(host::Patience::kProbe);
  EXPECT_EQ(hand_over({{14}, {15}}, 10s), (std::vector<Flags>{{false}, {false}}));
  EXPECT_EQ(counted.report().state, host::SinkState::working);
  EXPECT_EQ(counted.report().open, 0s);
}

TEST_F(PlainDeliveryWithFallback, hands_over_only_what_the_sink_had_not_taken) {
  sink.always = [](const Records& records, Statuses& statuses) {
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      if (offset_of(records, row) == 11) {
        statuses.set(row, Failure::transient_in_row(row, "450", "busy"));
      }
    }
  };
  EXPECT_EQ(hand_over({{10, 11, 12}}, 1s), (std::vector<Flags>{{false, true, false}}));
}

TEST_F(PlainDeliveryWithFallback, hands_over_all_that_a_sink_took_and_does_not_confirm) {
  sink.on_flush = [] { throw Failure::configuration("28", "no such folder"); };
  EXPECT_EQ(hand_over({{10, 11}, {12}}, 45s), (std::vector<Flags>{{true, true}, {true}}));
  EXPECT_EQ(sink.flushes, 2) << "at once, and after half a minute";
  EXPECT_EQ(counted.report().state, host::SinkState::halted);
}

TEST_F(PlainDeliveryWithFallback, makes_others_of_the_same_sink_wait_all_the_same) {
  int failures = 3;
  sink.on_flush = [&] {
    if (failures-- > 0) throw Failure::configuration("28", "no such folder");
  };
  std::vector<host::Parcel> parcels;
  parcels.push_back(parcel({10}, 0));
  parcels.back().fallback = core::Step::Fallback{1, 1s};
  parcels.push_back(parcel({11}, 1));
  leaping.deliver(std::move(parcels), {});
  EXPECT_EQ(acks().size(), 2U);
  EXPECT_EQ(sink.flushes, 4);
  EXPECT_EQ(counted.report().state, host::SinkState::working);
}

}  // namespace
}  // namespace assay::tests
