// Which fields a row has: name, type and place of every slot.
//
// Names are resolved while the engine starts; afterwards a field is a `Slot`, a plain number. A row
// is the cells of all slots, followed by one validity byte for each. A layout is filled by add()
// and then never changes. It is shared, immutable, by everything that reads rows.
#pragma once

#include <assay/plugin.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::core {

// The numbers are those of the ABI.
enum class FieldType : std::uint32_t {
  int64 = ASSAY_INT64,
  float64 = ASSAY_DOUBLE,
  boolean = ASSAY_BOOL,
  time = ASSAY_TIME,
  duration = ASSAY_DURATION,
  decimal = ASSAY_DECIMAL,
  text = ASSAY_TEXT,
  token = ASSAY_TOKEN,
};

// "decimal", "text", ...: as written in configurations and messages.
std::string_view to_string(FieldType type);
std::optional<FieldType> field_type(std::string_view name);

// Bytes of a cell: 16 for a token, 8 for everything else.
constexpr std::uint32_t cell_size(FieldType type) { return type == FieldType::token ? 16 : 8; }

// The number of a field in its layout.
struct Slot {
  std::uint32_t index = 0;
  friend constexpr bool operator==(Slot, Slot) = default;
};

class Layout final {
 public:
  struct Entry {
    std::string name;
    FieldType type;
    std::uint32_t cell;  // offset in the row
  };

  // The slot of that name; a name that is there already keeps its slot (and its type).
  Slot add(std::string_view name, FieldType type);

  std::optional<Slot> find(std::string_view name) const;
  const Entry& operator[](Slot slot) const { return entries_[slot.index]; }
  const std::vector<Entry>& entries() const { return entries_; }

  // Offset in the row of that slot's validity byte.
  std::uint32_t validity(Slot slot) const { return cells_size_ + slot.index; }

  // Bytes from one row to the next; a multiple of 16.
  std::uint32_t stride() const;

 private:
  std::vector<Entry> entries_;
  std::uint32_t cells_size_ = 0;
};

}  // namespace assay::core
