// Holds the tracker, with the epochs around it, to a model of a few lines: whatever comes in
// whatever order, the watermark stands at the first record that is not finished.
//
// A schedule is a list of moves: a batch is read, an answer comes (of this assignment or of one
// that is long over, once or again), a partition is given up, lost or given back. 100,000 of them
// each time; ASSAY_SCHEDULES says how many, RC_PARAMS="seed=..." says them again. One that fails is
// made as short as it can be.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/pipeline/shards.hpp"
#include "tests/support/record_fakes.hpp"

namespace assay::core {
namespace {

using Ticket = OffsetTracker::Ticket;

// Storing, a mail behind it, and something that nobody waits for.
const std::vector<Step>& steps() {
  static const auto made = [] {
    std::vector<Step> all(3);
    all[1].after = {0};
    all[2].required = false;
    return all;
  }();
  return made;
}

enum class Kind { fetch, answer, commit, revoke, lose, assign };

struct Move {
  Kind kind;
  std::uint32_t detail;  // what else there is to choose
};

std::ostream& operator<<(std::ostream& out, const Move& move) {
  static constexpr std::array kNames{"fetch", "answer", "commit", "revoke", "lose", "assign"};
  return out << kNames[static_cast<std::size_t>(move.kind)] << ' ' << move.detail;
}

rc::Gen<std::vector<Move>> schedules() {
  return rc::gen::container<std::vector<Move>>(rc::gen::construct<Move>(
      // Mostly what keeps something under way.
      rc::gen::weightedElement<Kind>({{6, Kind::fetch},
                                      {8, Kind::answer},
                                      {2, Kind::commit},
                                      {1, Kind::revoke},
                                      {1, Kind::lose},
                                      {2, Kind::assign}}),
      rc::gen::arbitrary<std::uint32_t>()));
}

// What an assignment has read, and what each batch still owes: a walk over them tells the rest.
struct Model {
  struct Batch {
    std::int64_t next;
    RecordCounts counts;
    std::uint32_t owed;
  };
  Epoch epoch;
  std::int64_t start = 0;
  std::vector<Batch> batches{};  // by ticket

  std::size_t completed() const {
    std::size_t count = 0;
    while (count < batches.size() && batches[count].owed == 0) ++count;
    return count;
  }
  std::int64_t watermark() const {
    return completed() == 0 ? start : batches[completed() - 1].next;
  }
  std::int64_t end() const { return batches.empty() ? start : batches.back().next; }
};

// An answer that is still to come.
struct Answer {
  static constexpr std::size_t kDeadLetter = ~std::size_t{0};
  PartitionId partition;
  Epoch epoch;
  Ticket ticket;
  std::size_t step;
};

class Schedule final : private Dispatcher {
 public:
  Schedule() {
    for (std::uint32_t i = 0; i < kPartitions; ++i) assign(partition(i));
  }

  void play(const Move& move) {
    const auto where = partition(move.detail);
    switch (move.kind) {
      case Kind::fetch:
        return fetch(move.detail);
      case Kind::answer:
        return answer(move.detail);
      case Kind::commit:
        return commit(where);
      case Kind::revoke:
        commit(where);
        return give_up(where);
      case Kind::lose:
        return give_up(where);
      case Kind::assign:
        return assign(where);
    }
  }

  void check() const {
    for (const auto& [partition, model] : models_) {
      const auto& tracker = shards_.find(partition, model.epoch)->tracker();
      RC_ASSERT(tracker.watermark().value == model.watermark());
      RC_ASSERT(tracker.opened().value == model.end());
      RecordCounts completed;
      RecordCounts all;
      for (std::size_t i = 0; i < model.batches.size(); ++i) {
        all += model.batches[i].counts;
        if (i < model.completed()) completed += model.batches[i].counts;
      }
      RC_ASSERT(tracker.completed().delivered == completed.delivered);
      RC_ASSERT(tracker.completed().dead_lettered == completed.dead_lettered);
      RC_ASSERT(tracker.in_flight() == all.total() - completed.total());
    }
  }

 private:
  static constexpr std::uint32_t kPartitions = 2;

  static PartitionId partition(std::uint32_t detail) {
    return {static_cast<std::int32_t>(detail % kPartitions)};
  }
  static RecordBlock block() { return tests::plain_block(1, sizeof(assay_record_batch)); }

  void fetch(std::uint32_t detail) {
    const auto where = partition(detail);
    const auto found = models_.find(where);
    if (found == models_.end()) return;
    auto& model = found->second;
    detail /= kPartitions;
    Shard::Departure leaving;
    // Offsets have gaps, and a batch may be of repeats alone and owe nothing.
    leaving.next = Offset{model.end() + 1 + detail % 4};
    leaving.dead_letters = detail / 4 % 3 == 2 ? 1 : 0;
    leaving.counts = {1 + detail / 12 % 5, leaving.dead_letters, detail / 60 % 2};
    const auto wanted = detail / 120 % 8;
    Model::Batch batch{leaving.next.value, leaving.counts, leaving.dead_letters};
    for (std::size_t step = 0; step < steps().size(); ++step) {
      const bool has = (wanted >> step) % 2 != 0;
      leaving.blocks.push_back(has ? block() : RecordBlock());
      if (has && steps()[step].required) ++batch.owed;
    }
    refuses_ = detail / 960 % 2 == 1;
    model.batches.push_back(batch);
    auto& shard = *shards_.find(where);
    const auto dead_letters = leaving.dead_letters;
    const auto ticket = shard.depart(std::move(leaving), *this);
    RC_ASSERT(ticket == model.batches.size() - 1);
    if (dead_letters > 0) answers_.push_back({where, model.epoch, ticket, Answer::kDeadLetter});
  }

  void answer(std::uint32_t detail) {
    if (answers_.empty()) return;
    const auto at = static_cast<std::ptrdiff_t>(detail % answers_.size());
    const auto one = answers_[static_cast<std::size_t>(at)];
    auto* shard = shards_.find(one.partition, one.epoch);
    // One that is stale may come once more.
    if (shard || detail % 2 == 0) answers_.erase(answers_.begin() + at);
    const auto model = models_.find(one.partition);
    RC_ASSERT((shard != nullptr) == (model != models_.end() && model->second.epoch == one.epoch));
    if (!shard) return;
    auto& batch = model->second.batches[one.ticket];
    if (one.step == Answer::kDeadLetter) {
      --batch.owed;
      return shard->dead_letter_done(one.ticket, *this);
    }
    const std::uint64_t rejected = detail % 3 == 0 ? detail / 3 % 4 : 0;
    if (steps()[one.step].required) {
      --batch.owed;
      const auto moved = std::min(rejected, batch.counts.delivered);
      batch.counts.delivered -= moved;
      batch.counts.dead_lettered += moved;
    }
    shard->step_done(one.ticket, one.step, {rejected}, *this);
  }

  void commit(PartitionId where) {
    const auto* shard = shards_.find(where);
    if (!shard) return;
    RC_ASSERT(shard->tracker().watermark().value >= committed_[where]);
    committed_[where] = shard->tracker().watermark().value;
  }

  void give_up(PartitionId where) {
    if (models_.erase(where) > 0) shards_.drop(where);
  }

  void assign(PartitionId where) {
    if (models_.count(where) > 0) return;
    const Epoch epoch{++epochs_};
    models_[where] = {epoch, committed_[where]};
    shards_.put(std::make_unique<Shard>(
        steps(), Shard::Start{where, epoch, Offset{committed_[where]},
                              std::vector<Offset>(steps().size(), Offset{0})}));
  }

  bool dispatch(std::size_t step, PartitionId where, Epoch epoch, Ticket ticket, RecordBlock,
                std::vector<DeferredBlock>) override {
    if (refuses_ && !steps()[step].required) return false;
    answers_.push_back({where, epoch, ticket, step});
    return true;
  }

  Shards shards_;
  std::map<PartitionId, Model> models_;  // of those that are ours
  std::map<PartitionId, std::int64_t> committed_;
  std::vector<Answer> answers_;
  std::uint64_t epochs_ = 0;
  bool refuses_ = false;
};

int how_many() {
  const auto* wanted = std::getenv("ASSAY_SCHEDULES");
  return wanted ? std::atoi(wanted) : 100'000;
}

TEST(Schedules, of_any_kind_leave_the_watermark_at_the_first_record_that_is_not_finished) {
  auto params = rc::detail::configuration().testParams;
  params.maxSuccess = how_many();
  const auto result = rc::detail::checkTestable(
      [] {
        Schedule schedule;
        for (const auto& move : *schedules()) {
          schedule.play(move);
          schedule.check();
        }
      },
      rc::detail::TestMetadata{"schedules", "schedules"}, params);
  std::ostringstream words;
  rc::detail::printResultMessage(result, words);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>())
      << words.str() << "\nall of it again: RC_PARAMS=\"seed=" << params.seed << "\"";
}

}  // namespace
}  // namespace assay::core
