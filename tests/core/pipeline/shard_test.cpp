#include "core/pipeline/shard.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/record_fakes.hpp"

namespace assay::core {
namespace {

using Ticket = OffsetTracker::Ticket;
using tests::plain_block;

struct Sent {
  std::size_t step;
  Ticket ticket;
  RecordBlock block;
  std::vector<DeferredBlock> deferred;
};

class Recorder final : public Dispatcher {
 public:
  bool dispatch(std::size_t step, PartitionId partition, Epoch epoch, Ticket ticket,
                RecordBlock block, std::vector<DeferredBlock> deferred) override {
    EXPECT_EQ(partition, PartitionId{4});
    EXPECT_EQ(epoch, Epoch{9});
    if (refused.contains(step)) return false;
    sent.push_back({step, ticket, std::move(block), std::move(deferred)});
    return true;
  }
  std::vector<std::pair<std::size_t, Ticket>> order() const {
    std::vector<std::pair<std::size_t, Ticket>> all;
    for (const auto& one : sent) all.emplace_back(one.step, one.ticket);
    return all;
  }

  std::deque<Sent> sent;
  std::set<std::size_t> refused;
};

Step step(bool required, std::vector<std::size_t> after = {}) {
  Step step;
  step.required = required;
  step.after = std::move(after);
  return step;
}

Shard::Start start_at(std::int64_t offset, std::size_t steps) {
  return {PartitionId{4}, Epoch{9}, Offset{offset}, std::vector<Offset>(steps, Offset{0}), 0};
}

// `rows[i]` is what step i gets: -1 for nothing.
Shard::Departure departure(std::int64_t next, const std::vector<int>& rows,
                           std::uint32_t dead_letters = 0, std::uint64_t delivered = 1) {
  Shard::Departure leaving;
  leaving.next = Offset{next};
  leaving.counts = {delivered, dead_letters, 0};
  leaving.dead_letters = dead_letters;
  for (const auto count : rows) {
    leaving.blocks.push_back(count < 0 ? RecordBlock()
                                       : plain_block(static_cast<std::uint32_t>(count),
                                                     sizeof(assay_record_batch) + 64, next));
  }
  return leaving;
}

using Order = std::vector<std::pair<std::size_t, Ticket>>;

TEST(Shard, offsets_that_do_not_rise_were_here_before) {
  const std::vector<Step> steps;
  Shard shard(steps, start_at(10, 0));
  EXPECT_FALSE(shard.accept(Offset{9})) << "below the place where the partition resumed";
  EXPECT_TRUE(shard.accept(Offset{10}));
  EXPECT_FALSE(shard.accept(Offset{10}));
  EXPECT_TRUE(shard.accept(Offset{15}));
  EXPECT_FALSE(shard.accept(Offset{11}));
  shard.unsee(Offset{15});
  EXPECT_TRUE(shard.accept(Offset{15}));
}

TEST(Shard, a_batch_that_no_step_wants_is_finished_at_once) {
  const std::vector<Step> steps{step(true)};
  Shard shard(steps, start_at(0, 1));
  Recorder recorder;
  shard.depart(departure(7, {-1}), recorder);
  EXPECT_TRUE(recorder.sent.empty());
  EXPECT_TRUE(shard.idle());
  EXPECT_EQ(shard.tracker().watermark(), Offset{7});
}

TEST(Shard, steps_without_after_leave_together_and_required_ones_gate) {
  const std::vector<Step> steps{step(true), step(false)};
  Shard shard(steps, start_at(0, 2));
  Recorder recorder;
  const auto ticket = shard.depart(departure(7, {1, 1}), recorder);
  EXPECT_EQ(recorder.order(), (Order{{0, ticket}, {1, ticket}}));
  shard.step_done(ticket, 0, {}, recorder);
  EXPECT_EQ(shard.tracker().watermark(), Offset{7}) << "the optional step gates nothing";
  EXPECT_FALSE(shard.idle());
  shard.step_done(ticket, 1, {}, recorder);
  EXPECT_TRUE(shard.idle());
  EXPECT_EQ(shard.bytes_in_flight(), 0u);
}

TEST(Shard, what_is_deferred_rides_with_its_step_and_owes_nothing_itself) {
  std::vector<Step> steps{step(true), step(false), step(true)};
  steps[0].transactional = true;
  steps[1].rides_with = 0;
  Shard shard(steps, start_at(100, 3));
  Recorder recorder;
  const auto ticket = shard.depart(departure(101, {0, 2, -1}), recorder);
  EXPECT_EQ(recorder.order(), (std::vector<std::pair<std::size_t, Ticket>>{{0, ticket}}));
  ASSERT_EQ(recorder.sent[0].deferred.size(), 1U);
  EXPECT_EQ(recorder.sent[0].deferred[0].step, 1U);
  EXPECT_EQ(recorder.sent[0].deferred[0].block.rows(), 2U);
  EXPECT_GT(shard.bytes_in_flight(), recorder.sent[0].block.bytes());
  shard.step_done(ticket, 0, {}, recorder);
  EXPECT_EQ(shard.tracker().watermark(), Offset{101});
  EXPECT_EQ(shard.bytes_in_flight(), 0U);
}

std::vector<Step> step_with_fallback(bool required) {
  std::vector<Step> steps{step(required), step(required, {0}), step(required, {0, 1})};
  steps[0].fallback = Step::Fallback{1, std::nullopt};
  steps[1].fallback_of = 0;
  return steps;
}

TEST(Shard, a_fallback_gets_what_its_step_hands_over_and_is_waited_for) {
  const auto steps = step_with_fallback(true);
  Shard shard(steps, start_at(100, 3));
  Recorder recorder;
  const auto ticket = shard.depart(departure(103, {3, 3, 3}, 0, 3), recorder);
  EXPECT_EQ(recorder.order(), (Order{{0, ticket}}));
  shard.step_done(ticket, 0, {0, {false, true, true}}, recorder);
  ASSERT_EQ(recorder.order(), (Order{{0, ticket}, {1, ticket}})) << "the last one waits for both";
  EXPECT_EQ(recorder.sent[1].block.rows(), 2U);
  EXPECT_EQ(shard.diversions()[0].handed_over, 2U);
  EXPECT_EQ(shard.diversions()[1].handed_over, 0U);
  shard.step_done(ticket, 1, {1}, recorder);
  EXPECT_EQ(recorder.order(), (Order{{0, ticket}, {1, ticket}, {2, ticket}}));
  EXPECT_EQ(shard.tracker().watermark(), Offset{100});
  shard.step_done(ticket, 2, {}, recorder);
  EXPECT_EQ(shard.tracker().watermark(), Offset{103});
  EXPECT_EQ(shard.tracker().completed().delivered, 2U);
  EXPECT_EQ(shard.tracker().completed().dead_lettered, 1U) << "the fallback rejected it, too";
  EXPECT_EQ(shard.bytes_in_flight(), 0U);
  EXPECT_TRUE(shard.idle());
}

TEST(Shard, a_fallback_that_is_not_needed_gets_nothing_and_holds_nothing_up) {
  const auto steps = step_with_fallback(true);
  Shard shard(steps, start_at(100, 3));
  Recorder recorder;
  const auto first = shard.depart(departure(101, {1, 1, -1}), recorder);
  const auto second = shard.depart(departure(102, {1, 1, -1}), recorder);
  shard.step_done(first, 0, {0, {false}}, recorder);
  shard.step_done(second, 0, {}, recorder);
  EXPECT_EQ(recorder.order(), (Order{{0, first}, {0, second}}));
  EXPECT_EQ(shard.tracker().watermark(), Offset{102});
  EXPECT_EQ(shard.diversions()[0].handed_over, 0U);
  EXPECT_EQ(shard.bytes_in_flight(), 0U);
  EXPECT_TRUE(shard.idle());
}

TEST(Shard, what_an_optional_step_drops_is_nothing_for_its_fallback) {
  const auto steps = step_with_fallback(false);
  Shard shard(steps, start_at(100, 3));
  Recorder recorder;
  recorder.refused = {0};
  shard.depart(departure(101, {2, 2, -1}), recorder);
  EXPECT_TRUE(recorder.sent.empty());
  EXPECT_EQ(shard.diversions()[0].dropped, 2U);
  EXPECT_TRUE(shard.idle());
}

TEST(ShardDeathTest, handing_over_without_a_fallback_ends_the_process) {
  const std::vector<Step> steps{step(true)};
  Shard shard(steps, start_at(0, 1));
  Recorder recorder;
  const auto ticket = shard.depart(departure(5, {1}), recorder);
  EXPECT_EXIT(shard.step_done(ticket, 0, {0, {true}}, recorder), ::testing::ExitedWithCode(70),
              "only a fallback");
}

TEST(Shard, a_step_waits_for_the_one_it_comes_after) {
  const std::vector<Step> steps{step(true), step(true, {0})};
  Shard shard(steps, start_at(0, 2));
  Recorder recorder;
  const auto first = shard.depart(departure(1, {1, 1}), recorder);
  const auto second = shard.depart(departure(2, {1, 1}), recorder);
  EXPECT_EQ(recorder.order(), (Order{{0, first}, {0, second}}));
  shard.step_done(second, 0, {}, recorder);
  EXPECT_EQ(recorder.sent.size(), 2u) << "each step gets the batches in their order";
  shard.step_done(first, 0, {}, recorder);
  EXPECT_EQ(recorder.order(), (Order{{0, first}, {0, second}, {1, first}, {1, second}}));
}

TEST(Shard, a_step_does_not_wait_for_one_that_gets_nothing) {
  const std::vector<Step> steps{step(true), step(true, {0})};
  Shard shard(steps, start_at(0, 2));
  Recorder recorder;
  const auto ticket = shard.depart(departure(1, {-1, 1}), recorder);
  EXPECT_EQ(recorder.order(), (Order{{1, ticket}}));
}

TEST(Shard, a_step_waits_for_what_stands_before_one_that_gets_nothing) {
  const std::vector<Step> steps{step(true), step(true, {0}), step(true, {1})};
  Shard shard(steps, start_at(0, 3));
  Recorder recorder;
  const auto ticket = shard.depart(departure(1, {1, -1, 1}), recorder);
  EXPECT_EQ(recorder.order(), (Order{{0, ticket}}));
  shard.step_done(ticket, 0, {}, recorder);
  EXPECT_EQ(recorder.order(), (Order{{0, ticket}, {2, ticket}}));
}

TEST(Shard, nothing_leaves_before_its_dead_letters_are_acknowledged) {
  const std::vector<Step> steps{step(true)};
  Shard shard(steps, start_at(0, 1));
  Recorder recorder;
  const auto first = shard.depart(departure(5, {1}, 2), recorder);
  const auto second = shard.depart(departure(6, {1}), recorder);
  EXPECT_TRUE(recorder.sent.empty());
  shard.dead_letter_done(first, recorder);
  EXPECT_TRUE(recorder.sent.empty());
  shard.dead_letter_done(first, recorder);
  EXPECT_EQ(recorder.order(), (Order{{0, first}, {0, second}}));
  EXPECT_EQ(shard.tracker().watermark(), Offset{0});
  shard.step_done(second, 0, {}, recorder);
  shard.step_done(first, 0, {}, recorder);
  EXPECT_EQ(shard.tracker().watermark(), Offset{6});
  EXPECT_EQ(shard.tracker().completed().dead_lettered, 2u);
}

TEST(Shard, a_batch_of_dead_letters_alone_waits_for_them) {
  const std::vector<Step> steps{step(true)};
  Shard shard(steps, start_at(0, 1));
  Recorder recorder;
  const auto ticket = shard.depart(departure(5, {-1}, 1, 0), recorder);
  EXPECT_EQ(shard.tracker().watermark(), Offset{0});
  shard.dead_letter_done(ticket, recorder);
  EXPECT_EQ(shard.tracker().watermark(), Offset{5});
  EXPECT_TRUE(shard.idle());
}

TEST(Shard, an_optional_step_that_cannot_take_it_is_counted_and_sets_its_followers_free) {
  const std::vector<Step> steps{step(false), step(true, {0})};
  Shard shard(steps, start_at(0, 2));
  Recorder recorder;
  recorder.refused = {0};
  const auto ticket = shard.depart(departure(5, {3, 1}), recorder);
  EXPECT_EQ(shard.diversions()[0].dropped, 3u);
  EXPECT_EQ(recorder.order(), (Order{{1, ticket}}));
  shard.step_done(ticket, 1, {}, recorder);
  EXPECT_TRUE(shard.idle());
  EXPECT_EQ(shard.bytes_in_flight(), 0u);
}

TEST(Shard, records_that_a_required_step_rejected_count_as_dead_letters) {
  const std::vector<Step> steps{step(true)};
  Shard shard(steps, start_at(0, 1));
  Recorder recorder;
  const auto ticket = shard.depart(departure(5, {5}, 0, 5), recorder);
  shard.step_done(ticket, 0, {2}, recorder);
  EXPECT_EQ(shard.tracker().completed().delivered, 3u);
  EXPECT_EQ(shard.tracker().completed().dead_lettered, 2u);
}

using ShardDeathTest = ::testing::Test;

TEST(ShardDeathTest, an_acknowledgement_that_comes_twice_ends_the_process) {
  const std::vector<Step> steps{step(true), step(true)};
  Shard shard(steps, start_at(0, 2));
  Recorder recorder;
  const auto ticket = shard.depart(departure(5, {1, 1}), recorder);
  shard.step_done(ticket, 0, {}, recorder);
  EXPECT_EXIT(shard.step_done(ticket, 0, {}, recorder), ::testing::ExitedWithCode(70), "once");
  EXPECT_EXIT(shard.dead_letter_done(ticket, recorder), ::testing::ExitedWithCode(70), "once");
}

TEST(ShardDeathTest, dropping_a_required_steps_batch_ends_the_process) {
  const std::vector<Step> steps{step(true)};
  Shard shard(steps, start_at(0, 1));
  Recorder recorder;
  recorder.refused = {0};
  EXPECT_EXIT(shard.depart(departure(5, {1}), recorder), ::testing::ExitedWithCode(70),
              "never dropped");
}

// A shard on a random schedule, beside a model that remembers every batch and looks at all of them.
class Rehearsal final : private Dispatcher {
 public:
  explicit Rehearsal(std::vector<Step> steps)
      : steps_(std::move(steps)), shard_(steps_, start_at(100, steps_.size())) {}

  void depart(std::uint32_t pick) {
    Flight flight;
    flight.next = next_ += 1 + pick % 5;
    flight.dead_letters = pick / 5 % 4 == 0 ? pick / 20 % 3 : 0;
    const RecordCounts counts{pick % 7, flight.dead_letters, pick % 3};
    records_ += counts.total();
    Shard::Departure leaving;
    leaving.next = Offset{flight.next};
    leaving.counts = counts;
    leaving.dead_letters = flight.dead_letters;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const bool wants = (pick >> (8 + i) & 1u) != 0;
      flight.states.push_back(wants ? State::waiting : State::none);
      flight.bytes.push_back(wants ? sizeof(assay_record_batch) + pick % 100 : 0);
      leaving.blocks.push_back(wants ? plain_block(1, flight.bytes.back(), flight.next)
                                     : RecordBlock());
    }
    flights_.push_back(std::move(flight));
    // While it leaves, acknowledgements cannot come; refusals can.
    dropping_ = (pick >> 20) % 4 == 0;
    RC_ASSERT(shard_.depart(std::move(leaving), *this) == flights_.size() - 1);
    check();
  }

  void acknowledge_dead_letter(std::uint32_t pick) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < flights_.size(); ++i) {
      if (flights_[i].dead_letters > 0) open.push_back(i);
    }
    if (open.empty()) return;
    const auto ticket = open[pick % open.size()];
    --flights_[ticket].dead_letters;
    dropping_ = (pick >> 20) % 4 == 0;
    shard_.dead_letter_done(ticket, *this);
    check();
  }

  void acknowledge_step(std::uint32_t pick) {
    std::vector<std::pair<std::size_t, std::size_t>> open;
    for (std::size_t i = 0; i < flights_.size(); ++i) {
      for (std::size_t step = 0; step < steps_.size(); ++step) {
        if (flights_[i].states[step] == State::sent) open.emplace_back(i, step);
      }
    }
    if (open.empty()) return;
    const auto [ticket, step] = open[pick % open.size()];
    flights_[ticket].states[step] = State::done;
    dropping_ = (pick >> 20) % 4 == 0;
    shard_.step_done(ticket, step, {pick % 3}, *this);
    check();
  }

  bool finished() const {
    return std::all_of(flights_.begin(), flights_.end(), [](const Flight& flight) {
      return flight.dead_letters == 0 &&
             std::all_of(flight.states.begin(), flight.states.end(),
                         [](State state) { return state == State::none || state == State::done; });
    });
  }

  void check_end() {
    RC_ASSERT(shard_.idle());
    RC_ASSERT(shard_.bytes_in_flight() == 0u);
    RC_ASSERT(shard_.tracker().watermark().value == next_);
    RC_ASSERT(shard_.tracker().in_flight() == 0u);
    RC_ASSERT(shard_.tracker().completed().total() == records_);
    std::uint64_t dropped = 0;
    for (const auto& one : shard_.diversions()) dropped += one.dropped;
    RC_ASSERT(dropped == dropped_);
  }

 private:
  enum class State { none, waiting, sent, done };
  struct Flight {
    std::int64_t next;
    std::uint32_t dead_letters;
    std::vector<State> states;
    std::vector<std::size_t> bytes;
  };

  bool allowed(const Flight& flight, std::size_t step) const {
    if (flight.dead_letters > 0) return false;
    return past_those_before(flight, step);
  }

  bool past_those_before(const Flight& flight, std::size_t step) const {
    return std::all_of(steps_[step].after.begin(), steps_[step].after.end(),
                       [&](std::size_t earlier) {
                         const auto state = flight.states[earlier];
                         return state == State::done ||
                                (state == State::none && past_those_before(flight, earlier));
                       });
  }

  // The first batch of that step which has not left, or one past the last.
  std::size_t head(std::size_t step) const {
    std::size_t at = 0;
    while (at < flights_.size() && flights_[at].states[step] != State::waiting) ++at;
    return at;
  }

  bool dispatch(std::size_t step, PartitionId, Epoch, Ticket ticket, RecordBlock block,
                std::vector<DeferredBlock>) override {
    RC_ASSERT(ticket < flights_.size());
    auto& flight = flights_[ticket];
    RC_ASSERT(head(step) == ticket);  // each batch once, in order, none left out
    RC_ASSERT(allowed(flight, step));
    RC_ASSERT(block.next().value == flight.next);
    RC_ASSERT(block.bytes() == flight.bytes[step]);
    if (dropping_ && !steps_[step].required) {
      flight.states[step] = State::done;
      dropped_ += block.rows();
      return false;
    }
    flight.states[step] = State::sent;
    return true;
  }

  void check() {
    auto watermark = std::int64_t{100};
    for (const auto& flight : flights_) {
      bool complete = flight.dead_letters == 0;
      for (std::size_t step = 0; step < steps_.size(); ++step) {
        const auto state = flight.states[step];
        if (steps_[step].required && state != State::none && state != State::done) complete = false;
      }
      if (!complete) break;
      watermark = flight.next;
    }
    RC_ASSERT(shard_.tracker().watermark().value == watermark);
    RC_ASSERT(watermark >= watermark_);
    watermark_ = watermark;

    std::size_t bytes = 0;
    for (std::size_t step = 0; step < steps_.size(); ++step) {
      const auto next = head(step);
      // Nothing that may leave is left standing: no acknowledgement would come to wake it.
      const bool stuck = next < flights_.size() && allowed(flights_[next], step);
      RC_ASSERT_FALSE(stuck);
      for (const auto& flight : flights_) {
        if (flight.states[step] == State::waiting || flight.states[step] == State::sent) {
          bytes += flight.bytes[step];
        }
      }
    }
    RC_ASSERT(shard_.bytes_in_flight() == bytes);
    RC_ASSERT(shard_.tracker().completed().total() + shard_.tracker().in_flight() == records_);
  }

  std::vector<Step> steps_;
  Shard shard_;
  std::deque<Flight> flights_;
  std::int64_t next_ = 100;
  std::int64_t watermark_ = 100;
  std::uint64_t records_ = 0;
  std::uint64_t dropped_ = 0;
  bool dropping_ = false;
};

RC_GTEST_PROP(ShardProperty, holds_every_promise_on_any_schedule, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(0, 5);
  std::vector<Step> steps;
  for (std::size_t i = 0; i < count; ++i) {
    Step step;
    step.required = *rc::gen::arbitrary<bool>();
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (*rc::gen::inRange(0, 3) == 0) step.after.push_back(earlier);
    }
    steps.push_back(std::move(step));
  }
  Rehearsal rehearsal(std::move(steps));
  const auto moves = *rc::gen::container<std::vector<std::pair<int, std::uint32_t>>>(
      rc::gen::pair(rc::gen::inRange(0, 5),
                    rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint32_t>())));
  for (const auto& [kind, pick] : moves) {
    if (kind < 2) rehearsal.depart(pick);
    if (kind == 2) rehearsal.acknowledge_dead_letter(pick);
    if (kind > 2) rehearsal.acknowledge_step(pick);
  }
  // Whatever is open can always be brought to its end.
  for (std::uint32_t pick = 0; !rehearsal.finished(); pick += 7) {
    RC_ASSERT(pick < 70'000u);
    rehearsal.acknowledge_dead_letter(pick);
    rehearsal.acknowledge_step(pick);
  }
  rehearsal.check_end();
}

TEST(ShardHistory, takes_no_more_than_its_part_of_the_memory) {
  const FeaturePlan plan{FeatureOptions{}};
  const std::vector<Step> steps;
  Shard::Start start{{4}, {9}, {0}, {}, 0};
  start.features = &plan;
  start.history_bytes = 5'000;
  Shard shard(steps, std::move(start));
  EXPECT_EQ(shard.history()->limit(), 5'000u);
}

}  // namespace
}  // namespace assay::core
