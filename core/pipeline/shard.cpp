#include "core/pipeline/shard.hpp"

#include <algorithm>
#include <utility>

#include "core/model/invariant.hpp"

namespace assay::core {

Shard::Shard(const std::vector<Step>& steps, Start start)
    : steps_(&steps),
      start_(std::move(start)),
      last_seen_{start_.replay_from.value_or(start_.resume).value - 1},
      tracker_(start_.resume),
      duplicates_(start_.dedupe_horizon, start_.memory),
      history_(start_.features ? std::make_unique<PartitionHistory>(*start_.features) : nullptr),
      to_send_(steps.size(), 0),
      diversions_(steps.size()) {
  if (history_) history_->limit_bytes(start_.history_bytes);
  for (const auto& step : steps) {
    auto& alerts = alerts_.emplace_back();
    if (step.cooldown) alerts.emplace(*step.cooldown);
  }
}

bool Shard::accept(Offset offset) {
  if (offset <= last_seen_) return false;
  last_seen_ = offset;
  return true;
}

OffsetTracker::Ticket Shard::depart(Departure departure, Dispatcher& dispatcher) {
  Flight flight;
  flight.dead_letters = departure.dead_letters;
  flight.parcels.resize(steps_->size());
  auto owed = departure.dead_letters;
  for (std::size_t i = 0; i < steps_->size(); ++i) {
    if (!departure.blocks[i]) continue;
    if (const auto carrier = (*steps_)[i].rides_with) {
      ride(i, std::move(departure.blocks[i]), flight.parcels[*carrier]);
      continue;
    }
    auto& parcel = flight.parcels[i];
    parcel.block = std::move(departure.blocks[i]);
    parcel.state = Parcel::State::waiting;
    parcel.bytes = parcel.block.bytes();
    parcel.rows = parcel.block.rows();
    bytes_ += parcel.bytes;
    ++flight.open_parcels;
    if ((*steps_)[i].required) ++owed;
  }
  flights_.push_back(std::move(flight));
  const auto ticket = tracker_.open(departure.next, departure.counts, owed);
  invariant(ticket == first_ + flights_.size() - 1, "flights and tracked batches go in step");
  send_ready(dispatcher);
  forget_finished();
  return ticket;
}

// Carriers come earlier in the list, and a transactional step gets a block of every batch.
void Shard::ride(std::size_t step, RecordBlock block, Parcel& parcel) {
  invariant(parcel.state == Parcel::State::waiting, "what is deferred rides with a batch");
  bytes_ += block.bytes();
  parcel.bytes += block.bytes();
  parcel.rows += block.rows();
  parcel.deferred.push_back({step, std::move(block)});
}

Shard::Flight& Shard::flight(OffsetTracker::Ticket ticket) {
  invariant(ticket >= first_ && ticket - first_ < flights_.size(), "an open flight is meant");
  return flights_[ticket - first_];
}

bool Shard::may_leave(const Flight& flight, std::size_t step) const {
  if (flight.dead_letters > 0) return false;
  const auto& after = (*steps_)[step].after;
  return std::all_of(after.begin(), after.end(),
                     [&](std::size_t earlier) { return passed(flight, earlier); });
}

// A step that gets nothing of a flight passes it on as soon as those before it have delivered.
bool Shard::passed(const Flight& flight, std::size_t step) const {
  const auto state = flight.parcels[step].state;
  if (state != Parcel::State::none) return state == Parcel::State::done;
  const auto& after = (*steps_)[step].after;
  return std::all_of(after.begin(), after.end(),
                     [&](std::size_t earlier) { return passed(flight, earlier); });
}

void Shard::send_ready(Dispatcher& dispatcher) {
  // A step behind another one becomes ready only through an acknowledgement, or because an optional
  // step just dropped its batch: chains are in order of dependence, so one pass is enough.
  for (std::size_t step = 0; step < steps_->size(); ++step) {
    auto& next = to_send_[step];
    while (next - first_ < flights_.size()) {
      auto& flight = flights_[next - first_];
      auto& parcel = flight.parcels[step];
      if (parcel.state == Parcel::State::waiting) {
        if (!may_leave(flight, step)) break;
        parcel.state = Parcel::State::sent;
        if (!dispatcher.dispatch(step, start_.partition, start_.epoch, next,
                                 std::move(parcel.block), std::move(parcel.deferred))) {
          invariant(!(*steps_)[step].required, "a required step's batch is never dropped");
          diversions_[step].dropped += parcel.rows;
          settle(next, flight, step, {});
        }
      }
      ++next;
    }
  }
}

void Shard::dead_letter_done(OffsetTracker::Ticket ticket, Dispatcher& dispatcher) {
  auto& found = flight(ticket);
  invariant(found.dead_letters > 0, "a dead letter is acknowledged once");
  --found.dead_letters;
  tracker_.finish(ticket);
  send_ready(dispatcher);
  forget_finished();
}

void Shard::step_done(OffsetTracker::Ticket ticket, std::size_t step, const Delivered& delivered,
                      Dispatcher& dispatcher) {
  settle(ticket, flight(ticket), step, delivered);
  send_ready(dispatcher);
  forget_finished();
}

void Shard::settle(OffsetTracker::Ticket ticket, Flight& flight, std::size_t step,
                   const Delivered& delivered) {
  invariant(flight.parcels[step].state == Parcel::State::sent,
            "a step finishes a batch it was given, once");
  const auto& fallback = (*steps_)[step].fallback;
  invariant(fallback || delivered.handed_over.empty(), "only a fallback takes what is handed over");
  // First, or the flight would seem finished in between.
  if (fallback) fall_back(ticket, flight, step, fallback->step, delivered.handed_over);
  finish(ticket, flight, step, delivered.rejected);
}

void Shard::fall_back(OffsetTracker::Ticket ticket, Flight& flight, std::size_t step,
                      std::size_t fallback, const std::vector<bool>& handed_over) {
  auto& parcel = flight.parcels[fallback];
  invariant(parcel.state == Parcel::State::waiting, "a fallback waits for its step");
  if (std::ranges::find(handed_over, true) == handed_over.end()) {
    parcel.block = {};
    finish(ticket, flight, fallback, 0);
    return;
  }
  invariant(handed_over.size() == parcel.rows, "a fallback has the records of its step");
  parcel.block.keep(handed_over);
  parcel.rows = parcel.block.rows();
  diversions_[step].handed_over += parcel.rows;
}

void Shard::finish(OffsetTracker::Ticket ticket, Flight& flight, std::size_t step,
                   std::uint64_t rejected) {
  auto& parcel = flight.parcels[step];
  parcel.state = Parcel::State::done;
  bytes_ -= parcel.bytes;
  --flight.open_parcels;
  if ((*steps_)[step].required) tracker_.finish(ticket, rejected);
}

void Shard::forget_finished() {
  while (!flights_.empty() && flights_.front().open_parcels == 0 &&
         flights_.front().dead_letters == 0) {
    flights_.pop_front();
    ++first_;
    // Steps that had nothing in it stand beyond it by now or are moved there.
    for (auto& next : to_send_) next = std::max(next, first_);
  }
}

}  // namespace assay::core
