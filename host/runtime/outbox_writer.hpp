// Puts what rides along with a sink's batches into the outbox of that sink, between begin and
// commit.
//
// Thread: the sink's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/plugins/sink_plugin.hpp"
#include "host/runtime/outbox_bell.hpp"
#include "host/runtime/parcel.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

class OutboxWriter final {
 public:
  // By the id of a deferred step: the sink that will deliver its records, and whose columns they
  // have.
  using Steps = std::map<std::string, const SinkPlugin*, std::less<>>;

  // Of a sink that nothing is deferred to.
  OutboxWriter() = default;
  // What the steps name and the bell must outlive it.
  OutboxWriter(Steps steps, OutboxBell& bell) : steps_(std::move(steps)), bell_(&bell) {}

  Trouble store(const std::vector<Parcel*>& parcels, SinkCall& call, std::int64_t timeout) const;
  // The transaction of these parcels was committed.
  void committed(const std::vector<Parcel*>& parcels) const;

 private:
  Steps steps_;
  OutboxBell* bell_ = nullptr;
};

}  // namespace assay::host
