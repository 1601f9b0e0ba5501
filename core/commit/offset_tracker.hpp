// Which records of one partition are finished: the only authority on what may be committed.
//
// Records travel in batches, opened in the order they were fetched; offsets have gaps where the log
// holds markers or was compacted. A batch owes a number of things (the required chain steps, the
// dead letters that came out of it) and is complete when none is left. The watermark is the end of
// the completed prefix: nothing behind an unfinished batch is ever committed. One tracker serves
// one assignment of one partition; with the partition it goes.
//
// Invariants, checked in release builds too: offsets rise; nothing is finished twice; the watermark
// never falls and never passes an unfinished batch.
//
// Thread: the worker that owns the partition.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/model/position.hpp"

namespace assay::core {

// What became of a batch's records: each is counted once, when its batch completes.
struct RecordCounts {
  std::uint64_t delivered = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t duplicate = 0;

  RecordCounts& operator+=(const RecordCounts& other) {
    delivered += other.delivered;
    dead_lettered += other.dead_lettered;
    duplicate += other.duplicate;
    return *this;
  }
  std::uint64_t total() const { return delivered + dead_lettered + duplicate; }
};

class OffsetTracker final {
 public:
  using Ticket = std::uint64_t;  // names an open batch of this tracker

  // Nothing before `next` is ours to commit.
  explicit OffsetTracker(Offset next) : watermark_(next), opened_(next) {}

  // A batch that ends before `next` and owes `owed` things; with none it is complete at once.
  Ticket open(Offset next, RecordCounts counts, std::uint32_t owed);

  // One more thing the batch owes, found after it was opened.
  void owe(Ticket ticket);

  // One thing less. `moved` is what a rejected record costs: delivered becomes dead-lettered.
  void finish(Ticket ticket, std::uint64_t moved_to_dead_letters = 0);

  // What may be committed: the first offset that is not finished.
  Offset watermark() const { return watermark_; }
  // What was opened last ends here.
  Offset opened() const { return opened_; }

  std::size_t open_batches() const { return batches_.size(); }
  std::uint64_t in_flight() const { return in_flight_; }
  // Of completed batches, since the tracker was made.
  const RecordCounts& completed() const { return completed_; }

 private:
  struct Batch {
    Offset next;
    RecordCounts counts;
    std::uint32_t owed;
  };
  Batch& at(Ticket ticket);
  void advance();

  std::deque<Batch> batches_;
  Ticket first_ticket_ = 0;  // of batches_.front()
  Offset watermark_;
  Offset opened_;
  std::uint64_t in_flight_ = 0;
  RecordCounts completed_;
};

}  // namespace assay::core
