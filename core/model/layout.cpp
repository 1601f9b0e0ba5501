#include "core/model/layout.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace assay::core {
namespace {

constexpr std::array<std::pair<FieldType, std::string_view>, 8> kNames{{
    {FieldType::int64, "int64"},
    {FieldType::float64, "double"},
    {FieldType::boolean, "bool"},
    {FieldType::time, "time"},
    {FieldType::duration, "duration"},
    {FieldType::decimal, "decimal"},
    {FieldType::text, "text"},
    {FieldType::token, "token"},
}};

}  // namespace

std::string_view to_string(FieldType type) {
  for (const auto& [known, name] : kNames) {
    if (known == type) return name;
  }
  return "unknown type";
}

std::optional<FieldType> field_type(std::string_view name) {
  for (const auto& [type, known] : kNames) {
    if (known == name) return type;
  }
  return std::nullopt;
}

Slot Layout::add(std::string_view name, FieldType type) {
  if (const auto known = find(name)) return *known;
  // Tokens are 16 bytes of two 8-byte halves, so every cell is aligned to 8 without padding.
  entries_.push_back({std::string(name), type, cells_size_});
  cells_size_ += cell_size(type);
  return {static_cast<std::uint32_t>(entries_.size() - 1)};
}

std::optional<Slot> Layout::find(std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& e) { return e.name == name; });
  if (found == entries_.end()) return std::nullopt;
  return Slot{static_cast<std::uint32_t>(found - entries_.begin())};
}

std::uint32_t Layout::stride() const {
  const auto bytes = cells_size_ + static_cast<std::uint32_t>(entries_.size());
  return (bytes + 15) / 16 * 16;
}

}  // namespace assay::core
