// Which records of a parcel become its fallback's, while the parcel's block shrinks.
//
// A record is handed over where the sink rejects it, and all that are left are where the sink has
// been away for as long as the step bears. What is handed over is not tried again by the step: it
// is the fallback's as soon as the parcel is acknowledged.
//
// Thread: the sink's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

#include "host/runtime/parcel.hpp"
#include "host/runtime/patience.hpp"

namespace assay::host {

class Handover final {
 public:
  // The parcel must outlive it, and nobody else may shrink its block.
  explicit Handover(Parcel& parcel) : parcel_(&parcel) {
    if (!parcel.fallback) return;
    rows_.resize(parcel.block.rows());
    std::iota(rows_.begin(), rows_.end(), 0u);
    parcel.delivered.handed_over.assign(rows_.size(), false);
  }

  [[nodiscard]] bool possible() const { return parcel_->fallback.has_value(); }

  void give(std::uint32_t row) { parcel_->delivered.handed_over[rows_[row]] = true; }
  // Whatever is left in the block.
  void give_rest() {
    for (const auto row : rows_) parcel_->delivered.handed_over[row] = true;
    keep(std::vector<bool>(parcel_->block.rows(), false));
  }
  // Shrinks the block to the rows whose flag is set.
  void keep(const std::vector<bool>& wanted) {
    parcel_->block.keep(wanted);
    if (!possible()) return;
    std::size_t kept = 0;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (wanted[row]) rows_[kept++] = rows_[row];
    }
    rows_.resize(kept);
  }

 private:
  Parcel* parcel_;
  std::vector<std::uint32_t> rows_;  // of the parcel as it came, by row of the block
};

// When a parcel's records are handed over because its sink has been away since then; never where
// the sink works, or the step has no fallback for that.
inline Patience::Time handed_over_at(const Parcel& parcel, const Patience& patience) {
  const auto since = patience.since();
  if (!since || !parcel.fallback || !parcel.fallback->after) return Patience::Time::max();
  return *since + *parcel.fallback->after;
}

}  // namespace assay::host
