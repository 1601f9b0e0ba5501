// Records for later, for authors in C++: see outbox.h.
//
// A transactional sink class that has the eight functions of the concept KeepsOutbox offers the
// interface; the veneer for sinks finds them by itself. They may throw like the others: a Failure
// from the sink's thread, a Refusal where a person asked.
#pragma once

#include <assay/outbox.h>

#include <assay/database.hpp>
#include <assay/records.hpp>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

namespace assay {

using OutboxRecord = assay_outbox_record;
using OutboxOrder = assay_outbox_order;
using OutboxOutcome = assay_outbox_outcome;
using OutboxCounts = assay_outbox_counts;
using OutboxFilter = assay_outbox_filter;

// Where the records go that were taken.
class OutboxTaker {
 public:
  explicit OutboxTaker(const assay_outbox_taker& taker) : taker_(&taker) {}
  void operator()(const OutboxRecord& record) const { taker_->take(taker_, &record); }

 private:
  const assay_outbox_taker* taker_;
};

namespace detail {

template <class Sink>
concept KeepsOutbox = requires(Sink sink, std::span<const OutboxRecord> records, OutboxOrder& order,
                               const OutboxTaker& taker, std::span<const OutboxOutcome> outcomes,
                               std::string_view name, Duration keep, const OutboxFilter& filter,
                               const TextStream& stream, Deadline deadline) {
  sink.outbox_store(records, deadline);
  sink.outbox_take(order, taker, deadline);
  sink.outbox_settle(outcomes, deadline);
  { sink.outbox_forget(name, name, keep, deadline) } -> std::same_as<std::uint64_t>;
  { sink.outbox_count(name, name, deadline) } -> std::same_as<OutboxCounts>;
  sink.outbox_list(filter, deadline, stream);
  { sink.outbox_retry(filter, deadline) } -> std::same_as<std::uint64_t>;
  { sink.outbox_drop(filter, deadline) } -> std::same_as<std::uint64_t>;
};

// Joins such a class to the C table. `Instances` finds the sink behind a handle, and its host.
template <class Sink, class Instances>
class ASSAY_HIDDEN OutboxTable {
  static Sink& of(assay_sink* sink) { return Instances::of(sink).sink; }

  // Of a person's calls.
  template <class Body>
  static assay_status asked(assay_sink* sink, assay_error* error, Body&& body) noexcept {
    return guarded(*Instances::of(sink).host, error, [&] {
      body(of(sink));
      return ASSAY_OK;
    });
  }

  static assay_status store(assay_sink* sink, const assay_outbox_record* records,
                            std::uint32_t count, std::int64_t timeout, assay_statuses* statuses,
                            assay_error*) {
    return answering(statuses, [&](Statuses&) {
      of(sink).outbox_store({records, count}, Deadline(timeout));
    });
  }
  static assay_status take(assay_sink* sink, assay_outbox_order* order,
                           const assay_outbox_taker* taker, std::int64_t timeout,
                           assay_statuses* statuses, assay_error*) {
    return answering(statuses, [&](Statuses&) {
      of(sink).outbox_take(*order, OutboxTaker(*taker), Deadline(timeout));
    });
  }
  static assay_status settle(assay_sink* sink, const assay_outbox_outcome* outcomes,
                             std::uint32_t count, std::int64_t timeout, assay_statuses* statuses,
                             assay_error*) {
    return answering(statuses, [&](Statuses&) {
      of(sink).outbox_settle({outcomes, count}, Deadline(timeout));
    });
  }
  static assay_status forget(assay_sink* sink, assay_text group, assay_text step, std::int64_t keep,
                             std::uint64_t* deleted, std::int64_t timeout, assay_statuses* statuses,
                             assay_error*) {
    return answering(statuses, [&](Statuses&) {
      *deleted =
          of(sink).outbox_forget(from_c(group), from_c(step), Duration(keep), Deadline(timeout));
    });
  }
  static assay_status count(assay_sink* sink, assay_text group, assay_text step,
                            assay_outbox_counts* counts, std::int64_t timeout,
                            assay_statuses* statuses, assay_error*) {
    return answering(statuses, [&](Statuses&) {
      const auto size = counts->size;
      *counts = of(sink).outbox_count(from_c(group), from_c(step), Deadline(timeout));
      counts->size = size;
    });
  }
  static assay_status list(assay_sink* sink, const assay_outbox_filter* filter,
                           std::int64_t timeout, const assay_text_stream* stream,
                           assay_error* error) {
    return asked(sink, error, [&](Sink& self) {
      self.outbox_list(*filter, Deadline(timeout), TextStream(*stream));
    });
  }
  static assay_status retry(assay_sink* sink, const assay_outbox_filter* filter,
                            std::int64_t timeout, std::uint64_t* changed, assay_error* error) {
    return asked(sink, error,
                 [&](Sink& self) { *changed = self.outbox_retry(*filter, Deadline(timeout)); });
  }
  static assay_status drop(assay_sink* sink, const assay_outbox_filter* filter,
                           std::int64_t timeout, std::uint64_t* changed, assay_error* error) {
    return asked(sink, error,
                 [&](Sink& self) { *changed = self.outbox_drop(*filter, Deadline(timeout)); });
  }

 public:
  static constexpr assay_outbox_api api{
      sizeof(assay_outbox_api), 0, &store, &take, &settle, &forget, &count, &list, &retry, &drop};
};

}  // namespace detail
}  // namespace assay
