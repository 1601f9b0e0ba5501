#include "core/commit/offset_tracker.hpp"

#include <algorithm>

#include "core/model/invariant.hpp"

namespace assay::core {

OffsetTracker::Ticket OffsetTracker::open(Offset next, RecordCounts counts, std::uint32_t owed) {
  invariant(next >= opened_, "batches are opened in the order of their offsets");
  opened_ = next;
  in_flight_ += counts.total();
  batches_.push_back({next, counts, owed});
  const auto ticket = first_ticket_ + batches_.size() - 1;
  if (owed == 0) advance();
  return ticket;
}

OffsetTracker::Batch& OffsetTracker::at(Ticket ticket) {
  invariant(ticket >= first_ticket_ && ticket - first_ticket_ < batches_.size(),
            "only an open batch can be finished");
  return batches_[ticket - first_ticket_];
}

void OffsetTracker::owe(Ticket ticket) { ++at(ticket).owed; }

void OffsetTracker::finish(Ticket ticket, std::uint64_t moved_to_dead_letters) {
  auto& batch = at(ticket);
  invariant(batch.owed > 0, "a batch is finished as often as it owes");
  // Two steps may reject the same record, so there may be nothing left to move.
  const auto moved = std::min(moved_to_dead_letters, batch.counts.delivered);
  batch.counts.delivered -= moved;
  batch.counts.dead_lettered += moved;
  if (--batch.owed == 0) advance();
}

void OffsetTracker::advance() {
  while (!batches_.empty() && batches_.front().owed == 0) {
    const auto& batch = batches_.front();
    watermark_ = batch.next;
    completed_ += batch.counts;
    in_flight_ -= batch.counts.total();
    batches_.pop_front();
    ++first_ticket_;
  }
}

}  // namespace assay::core
