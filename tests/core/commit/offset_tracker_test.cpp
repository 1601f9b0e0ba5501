#include "core/commit/offset_tracker.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace assay::core {
namespace {

// The plainest thing that could be right: all batches ever opened, and a walk over them.
struct Model {
  struct Batch {
    std::int64_t next;
    RecordCounts counts;
    std::uint32_t owed;
    OffsetTracker::Ticket ticket;
  };
  std::int64_t start;
  std::vector<Batch> batches;

  std::size_t completed() const {
    const auto open = std::find_if(batches.begin(), batches.end(),
                                   [](const Batch& batch) { return batch.owed > 0; });
    return static_cast<std::size_t>(open - batches.begin());
  }
  std::int64_t watermark() const {
    return completed() == 0 ? start : batches[completed() - 1].next;
  }
  std::int64_t opened() const { return batches.empty() ? start : batches.back().next; }
  std::vector<Batch*> unfinished() {
    std::vector<Batch*> found;
    for (auto& batch : batches) {
      if (batch.owed > 0) found.push_back(&batch);
    }
    return found;
  }
};

struct Move {
  std::uint32_t kind;
  std::uint32_t pick;
  std::uint32_t size;
};

rc::Gen<std::vector<Move>> schedules() {
  return rc::gen::container<std::vector<Move>>(rc::gen::construct<Move>(
      rc::gen::inRange<std::uint32_t>(0, 6), rc::gen::arbitrary<std::uint32_t>(),
      rc::gen::inRange<std::uint32_t>(0, 40)));
}

RC_GTEST_PROP(OffsetTrackerProperty, agrees_with_a_walk_over_all_batches, ()) {
  const auto start = *rc::gen::inRange<std::int64_t>(0, 1'000'000);
  Model model{start, {}};
  OffsetTracker tracker(Offset{start});
  std::uint64_t records = 0;
  auto watermark = start;

  for (const auto& move : *schedules()) {
    const auto unfinished = model.unfinished();
    if (move.kind < 3) {
      // Gaps in the offsets: more of them than there are records.
      const RecordCounts counts{move.size, move.pick % 3, move.pick / 3 % 3};
      const auto next = model.opened() + static_cast<std::int64_t>(counts.total()) + move.pick % 7;
      const auto owed = move.pick % 4;
      const auto ticket = tracker.open(Offset{next}, counts, owed);
      model.batches.push_back({next, counts, owed, ticket});
      records += counts.total();
    } else if (!unfinished.empty()) {
      auto& batch = *unfinished[move.pick % unfinished.size()];
      if (move.kind == 3) {
        tracker.owe(batch.ticket);
        ++batch.owed;
      } else {
        tracker.finish(batch.ticket, move.size);
        --batch.owed;
        const auto moved = std::min<std::uint64_t>(move.size, batch.counts.delivered);
        batch.counts.delivered -= moved;
        batch.counts.dead_lettered += moved;
      }
    }

    RC_ASSERT(tracker.watermark().value == model.watermark());
    RC_ASSERT(tracker.opened().value == model.opened());
    RC_ASSERT(tracker.watermark().value >= watermark);
    watermark = tracker.watermark().value;
    RC_ASSERT(tracker.open_batches() == model.batches.size() - model.completed());
    RecordCounts completed;
    for (std::size_t i = 0; i < model.completed(); ++i) completed += model.batches[i].counts;
    RC_ASSERT(tracker.completed().delivered == completed.delivered);
    RC_ASSERT(tracker.completed().dead_lettered == completed.dead_lettered);
    RC_ASSERT(tracker.completed().duplicate == completed.duplicate);
    RC_ASSERT(tracker.completed().total() + tracker.in_flight() == records);
  }
}

TEST(OffsetTracker, a_batch_that_owes_nothing_is_complete_at_once) {
  OffsetTracker tracker(Offset{10});
  tracker.open(Offset{14}, {4, 0, 0}, 0);
  EXPECT_EQ(tracker.watermark(), Offset{14});
  EXPECT_EQ(tracker.in_flight(), 0u);
  EXPECT_EQ(tracker.completed().delivered, 4u);
}

TEST(OffsetTracker, a_batch_that_owes_nothing_waits_behind_one_that_does) {
  OffsetTracker tracker(Offset{0});
  const auto first = tracker.open(Offset{5}, {5, 0, 0}, 1);
  tracker.open(Offset{9}, {4, 0, 0}, 0);
  EXPECT_EQ(tracker.watermark(), Offset{0});
  EXPECT_EQ(tracker.in_flight(), 9u);
  tracker.finish(first);
  EXPECT_EQ(tracker.watermark(), Offset{9});
}

TEST(OffsetTracker, two_steps_that_reject_the_same_records_count_them_once) {
  OffsetTracker tracker(Offset{0});
  const auto ticket = tracker.open(Offset{3}, {3, 0, 0}, 2);
  tracker.finish(ticket, 3);
  tracker.finish(ticket, 3);
  EXPECT_EQ(tracker.completed().delivered, 0u);
  EXPECT_EQ(tracker.completed().dead_lettered, 3u);
}

using OffsetTrackerDeathTest = ::testing::Test;

TEST(OffsetTrackerDeathTest, offsets_that_fall_end_the_process) {
  OffsetTracker tracker(Offset{10});
  EXPECT_EXIT(tracker.open(Offset{9}, {}, 0), ::testing::ExitedWithCode(70),
              "broken invariant: batches are opened in the order");
}

TEST(OffsetTrackerDeathTest, finishing_more_often_than_owed_ends_the_process) {
  OffsetTracker tracker(Offset{0});
  tracker.open(Offset{1}, {1, 0, 0}, 1);
  const auto second = tracker.open(Offset{2}, {1, 0, 0}, 1);
  tracker.finish(second);
  EXPECT_EXIT(tracker.finish(second), ::testing::ExitedWithCode(70), "as often as it owes");
}

TEST(OffsetTrackerDeathTest, finishing_a_batch_that_is_gone_ends_the_process) {
  OffsetTracker tracker(Offset{0});
  const auto ticket = tracker.open(Offset{1}, {1, 0, 0}, 1);
  tracker.finish(ticket);
  EXPECT_EXIT(tracker.finish(ticket), ::testing::ExitedWithCode(70), "only an open batch");
  EXPECT_EXIT(tracker.finish(ticket + 7), ::testing::ExitedWithCode(70), "only an open batch");
}

}  // namespace
}  // namespace assay::core
