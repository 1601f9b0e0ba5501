#include "core/model/bands.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace assay::core {

bool greater(FieldType type, std::int64_t value, std::int64_t than) {
  if (type != FieldType::float64) return value > than;
  return std::bit_cast<double>(value) > std::bit_cast<double>(than);
}

const Band* Bands::of(std::int64_t evidence) const {
  if (floating_ && std::isnan(std::bit_cast<double>(evidence))) return nullptr;
  const auto type = floating_ ? FieldType::float64 : FieldType::int64;
  // From the top: bands are few, and what is banded is what goes far.
  const auto found = std::find_if(bands_.rbegin(), bands_.rend(), [&](const Band& band) {
    return !band.above || greater(type, evidence, *band.above);
  });
  return found == bands_.rend() ? nullptr : &*found;
}

}  // namespace assay::core
