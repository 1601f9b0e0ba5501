// Where a slot stands in a row: its cell and its validity byte, for those who look a slot up once
// and then read or write it in every row.
//
// Immutable; of one layout, which must be complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/model/layout.hpp"

namespace assay::core {

class CellPlace final {
 public:
  CellPlace() = default;
  CellPlace(const Layout& layout, Slot slot)
      : cell_(layout[slot].cell), validity_(layout.validity(slot)) {}

  // `row`: as RowBlock::row_at() hands it out.
  bool has(const std::byte* row) const { return row[validity_] != std::byte{ASSAY_ABSENT}; }
  // Only where has().
  template <class T>
  T get(const std::byte* row) const {
    T value;
    std::memcpy(&value, row + cell_, sizeof value);
    return value;
  }
  void put(std::byte* row, std::int64_t value, std::uint8_t validity = ASSAY_PRESENT) const {
    std::memcpy(row + cell_, &value, sizeof value);
    row[validity_] = std::byte{validity};
  }

 private:
  std::uint32_t cell_ = 0;
  std::uint32_t validity_ = 0;
};

}  // namespace assay::core
