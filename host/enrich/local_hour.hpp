// The hour of the day where the customer is, and how that is known.
//
// The zone is the one that the account holder's record names, else the offset that the transaction
// tells, else the configured one. `local_hour_source` says which: "holder.time_zone", "utc_offset"
// or "configured". Does nothing where nobody has bound either field.
//
// Thread: the worker that owns it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/row_block.hpp"
#include "core/pipeline/pipeline.hpp"
#include "host/enrich/time_zones.hpp"

namespace assay::host {

class LocalHour final : public core::Enricher {
 public:
  struct Counts {
    std::uint64_t unknown_zones = 0;  // the holder's zone is none that the system knows
    std::uint64_t bad_offsets = 0;    // more than 18 hours away from UTC
  };

  /// Made for the one block that it will enrich, while that has no rows: it keeps texts in it.
  /// `time_field` names the slot of the event time; `configured` comes from find_zone().
  LocalHour(core::RowBlock& block, std::string_view time_field, const date::time_zone* configured,
            std::string_view offset_field = "utc_offset");

  void enrich(core::RowBlock& block) override;
  /// Of all batches so far.
  const Counts& counts() const { return counts_; }

 private:
  enum class Origin : std::uint8_t { holder, message, configured };
  struct Place {
    std::int64_t offset;  // seconds east of UTC
    Origin origin;
  };
  struct Named {
    std::array<char, 47> name{};
    std::uint8_t size = 0;
    ZoneOffset offset{};
  };

  Place place(const core::RowBlock& block, std::uint32_t row, std::int64_t second);
  bool holder_offset(std::string_view zone, std::int64_t second, std::int64_t& offset);

  std::optional<core::Slot> hour_;
  std::optional<core::Slot> source_;
  std::optional<core::Slot> time_;
  std::optional<core::Slot> zone_;
  std::optional<core::Slot> utc_offset_;
  ZoneOffset configured_;
  std::array<assay_cell, 3> origin_texts_{};  // by Origin
  std::array<Named, 64> named_{};             // one place a name, by its hash: the newest stays
  Counts counts_;
};

}  // namespace assay::host
