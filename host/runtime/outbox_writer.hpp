// Puts what rides along with a sink's batches into the outbox of that sink, between begin and
// commit; not while so much waits there for a step that it may take no more (`outbox.max`).
//
// Thread: the sink's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/plugins/sink_plugin.hpp"
#include "host/runtime/outbox_bell.hpp"
#include "host/runtime/outbox_level.hpp"
#include "host/runtime/parcel.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

class OutboxWriter final {
 public:
  struct Deferred {
    const SinkPlugin* sink = nullptr;  // will deliver the records; they have its columns
    OutboxLevel* level = nullptr;
  };
  // By the id of a deferred step.
  using Steps = std::map<std::string, Deferred, std::less<>>;

  // Of a sink that nothing is deferred to.
  OutboxWriter() = default;
  // What the steps name and the bell must outlive it.
  OutboxWriter(Steps steps, OutboxBell& bell) : steps_(std::move(steps)), bell_(&bell) {}

  // Parcels that it knew before are gone.
  void begin_delivery() { stored_.clear(); }
  // Before a transaction of these parcels: that it has to wait for room.
  [[nodiscard]] Trouble full(const std::vector<Parcel*>& parcels) const;
  Trouble store(const std::vector<Parcel*>& parcels, SinkCall& call, std::int64_t timeout);
  // The transaction of these parcels was committed.
  void committed(const std::vector<Parcel*>& parcels);

 private:
  const Deferred& step_of(const core::RecordBlock& block) const;

  Steps steps_;
  // What the parcels of the open transaction have put there; said again when it is tried again.
  std::map<const Parcel*, std::map<OutboxLevel*, std::uint64_t>> stored_;
  OutboxBell* bell_ = nullptr;
};

}  // namespace assay::host
