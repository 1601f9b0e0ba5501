// What two layouts of one key's history have in common: where each part of the new one stands in
// the elder, part by part.
//
// Features are told to be the same by their owner; windows, series, trails and tables follow from
// them, for features of one text share all of that.
//
// Immutable once made.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/features/store_shape.hpp"

namespace assay::core {

class StoreMatch final {
 public:
  using Number = std::optional<std::uint32_t>;  // in the elder; nothing: it is not there

  // `origins`: for each of the new one's features the elder's number of it. Both shapes must
  // outlive it.
  StoreMatch(const StoreShape& elder, const StoreShape& next, std::span<const Number> origins);

  // The bits of a log's mask for those of the elder's.
  std::uint64_t mask(std::uint64_t elder) const {
    std::uint64_t mask = 0;
    for (const auto& [from, to] : series_) mask |= (elder & from) != 0 ? to : 0;
    return mask;
  }
  // By number of the new one's.
  const std::vector<Number>& log_columns() const { return log_columns_; }  // but the id's
  const std::vector<Number>& windows() const { return windows_; }
  const std::vector<Number>& trails() const { return trails_; }
  const std::vector<Number>& firsts() const { return firsts_; }

 private:
  struct Bits {
    std::uint64_t from;
    std::uint64_t to;
  };

  std::vector<Bits> series_;
  std::vector<Number> log_columns_;
  std::vector<Number> windows_;
  std::vector<Number> trails_;
  std::vector<Number> firsts_;
};

}  // namespace assay::core
