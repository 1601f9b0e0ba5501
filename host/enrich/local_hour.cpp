#include "host/enrich/local_hour.hpp"

#include <cstring>

#include "host/enrich/enrich_fields.hpp"

namespace assay::host {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t hour_s = 3'600;
constexpr std::int64_t most_offset_s = 18 * hour_s;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  const auto quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}

std::optional<core::Slot> find(const core::Layout& layout, std::string_view name,
                               core::FieldType type) {
  const auto slot = layout.find(name);
  return slot && layout[*slot].type == type ? slot : std::nullopt;
}

// Zones of one continent differ at the end of their names and often share the length.
std::size_t hashed(std::string_view name) {
  std::uint64_t last = 0;
  const auto bytes = name.size() < sizeof last ? name.size() : sizeof last;
  std::memcpy(&last, name.data() + name.size() - bytes, bytes);
  return static_cast<std::size_t>((last + name.size()) * 0x9e3779b97f4a7c15u >> 58);
}

}  // namespace

LocalHour::LocalHour(core::RowBlock& block, std::string_view time_field,
                     const date::time_zone* configured, std::string_view offset_field)
    : hour_(find(block.layout(), local_hour_field, core::FieldType::int64)),
      source_(find(block.layout(), local_hour_source_field, core::FieldType::text)),
      time_(find(block.layout(), time_field, core::FieldType::time)),
      zone_(find(block.layout(), holder_time_zone_field, core::FieldType::text)),
      utc_offset_(find(block.layout(), offset_field, core::FieldType::duration)),
      configured_(configured) {
  if (source_) {
    origin_texts_ = {block.keep_text(holder_time_zone_field), block.keep_text("utc_offset"),
                     block.keep_text("configured")};
  }
}

void LocalHour::enrich(core::RowBlock& block) {
  if (!time_ || (!hour_ && !source_)) return;
  for (std::uint32_t row = 0; row < block.rows(); ++row) {
    if (!block.has(row, *time_)) continue;
    const auto second = floor_div(block.int64(row, *time_), second_ns);
    const auto [offset, origin] = place(block, row, second);
    if (hour_) {
      const auto hours = floor_div(second + offset, hour_s);
      block.put_int64(row, *hour_, hours - floor_div(hours, 24) * 24);
    }
    if (source_) {
      block.put_cell(row, *source_, origin_texts_[static_cast<std::size_t>(origin)]);
    }
  }
}

LocalHour::Place LocalHour::place(const core::RowBlock& block, std::uint32_t row,
                                  std::int64_t second) {
  std::int64_t offset = 0;
  if (zone_ && block.has(row, *zone_)) {
    if (holder_offset(block.text(row, *zone_), second, offset)) return {offset, Origin::holder};
    ++counts_.unknown_zones;
  }
  if (utc_offset_ && block.has(row, *utc_offset_)) {
    offset = floor_div(block.int64(row, *utc_offset_), second_ns);
    if (offset >= -most_offset_s && offset <= most_offset_s) return {offset, Origin::message};
    ++counts_.bad_offsets;
  }
  configured_.at(second, offset);  // find_zone() has read its table
  return {offset, Origin::configured};
}

bool LocalHour::holder_offset(std::string_view zone, std::int64_t second, std::int64_t& offset) {
  if (zone.empty() || zone.size() > std::tuple_size_v<decltype(Named::name)>) return false;
  auto& named = named_[hashed(zone)];
  if (std::string_view(named.name.data(), named.size) != zone) [[unlikely]] {
    const auto* found = lookup_zone(zone);
    if (found == nullptr) return false;
    std::memcpy(named.name.data(), zone.data(), zone.size());
    named.size = static_cast<std::uint8_t>(zone.size());
    named.offset = ZoneOffset(found);
  }
  return named.offset.at(second, offset);
}

}  // namespace assay::host
