// How a sink's thread gets parcels delivered: one way for sinks with cursors, one for those
// without.
//
// A delivery does not come back before every parcel is delivered, dead-lettered or meant for a
// partition that is no longer ours, or before it is told to stop. It answers each parcel's sender.
//
// Thread: the sink's.
#pragma once

#include <stop_token>
#include <vector>

#include "host/runtime/parcel.hpp"

namespace assay::host {

class Delivery {
 public:
  virtual ~Delivery() = default;

  // Parcels of the same step and partition are in the order of their offsets.
  virtual void deliver(std::vector<Parcel> parcels, const std::stop_token& stop) = 0;
};

}  // namespace assay::host
