// The system's time zones by name, and a zone's offset at an instant at the cost of a comparison.
//
// An offset holds for months, so the newest answer is kept with the span of time in which it is
// right. The rules come from the system's tzdata package; beyond 2037, where its tables end, zones
// stay at standard time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace date {
class time_zone;
}

namespace assay::host {

/// Null for a name that the system does not know. Allocates nothing once the zones are read, which
/// the first call does. Thread: any.
const date::time_zone* lookup_zone(std::string_view name) noexcept;

/// The same for a name that a person wrote: the error says what to do. Thread: control.
[[nodiscard]] tl::expected<const date::time_zone*, std::string> find_zone(std::string_view name);

/// Thread: its owner's.
class ZoneOffset final {
 public:
  ZoneOffset() = default;
  explicit ZoneOffset(const date::time_zone* zone) : zone_(zone) {}

  const date::time_zone* zone() const { return zone_; }
  /// Seconds east of UTC at that second since 1970. False where the zone's table cannot be read.
  bool at(std::int64_t second, std::int64_t& offset) noexcept {
    if (second < begin_ || second >= end_) [[unlikely]] {
      if (!ask(second)) return false;
    }
    offset = offset_;
    return true;
  }

 private:
  bool ask(std::int64_t second) noexcept;

  const date::time_zone* zone_ = nullptr;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
  std::int64_t offset_ = 0;
};

}  // namespace assay::host
