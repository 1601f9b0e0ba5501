// Where a store's answers go: straight into the cells of the transaction's row.
//
// Of each of the store's features it knows the place of its value, and those of its coverage and
// its flags where somebody has asked for them. A feature whose selector does not take the
// transaction stays absent.
//
// Thread: its maker's; it lives for one row.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "core/features/feature_counters.hpp"
#include "core/features/feature_plan.hpp"
#include "core/model/cell_place.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {

struct FeatureAnswer {
  std::int64_t bits = 0;      // int64, decimal, duration, time, or a double's bits
  std::int64_t coverage = 0;  // nanoseconds of the window that the store has seen
  std::string_view text;      // of a text or a token
  bool present = false;
  std::uint8_t flags = 0;  // FeatureFlag

  void put(double value) { bits = std::bit_cast<std::int64_t>(value); }
};

class AnswerRow final {
 public:
  struct Place {
    CellPlace value;
    std::uint64_t selector = 0;  // its bit
    bool plain = true;           // a value of eight bytes, and nothing else is asked for
    FieldType type = FieldType::int64;
    Slot slot;
    std::optional<CellPlace> coverage;
    std::optional<CellPlace> flags;
  };

  // `places`: one for each of the store's features. `complete`: the bits of the selectors whose
  // arguments the row has.
  AnswerRow(RowBlock& block, std::uint32_t row, std::span<const Place> places,
            std::uint64_t complete, FeatureCounters& counters)
      : block_(&block),
        counters_(&counters),
        cells_(block.row_at(row)),
        places_(places.data()),
        complete_(complete),
        row_(row) {}

  // The same, of which no answer covers more than its feature reaches back, nanoseconds. What does
  // is cold. `reaches`: one for each of the store's features; must outlive it.
  static constexpr std::int64_t kEverything = std::numeric_limits<std::int64_t>::max();
  AnswerRow within(std::span<const std::int64_t> reaches) const {
    auto limited = *this;
    limited.reaches_ = reaches.data();
    return limited;
  }

  // `feature`: number among the store's.
  [[gnu::always_inline]] void put(std::uint32_t feature, const FeatureAnswer& answer) const {
    constexpr std::uint8_t kRare = kFeatureApproximate | kFeatureSaturated;
    const auto& place = places_[feature];
    if ((complete_ & place.selector) == 0) return;
    if (reaches_ != nullptr) [[unlikely]] return put_within(place, reaches_[feature], answer);
    if (!place.plain || (answer.flags & kRare) != 0) return put_more(place, answer);
    if (answer.present) place.value.put(cells_, answer.bits, validity_of(answer));
  }

 private:
  static std::uint8_t validity_of(const FeatureAnswer& answer) {
    return (answer.flags & kFeatureCold) != 0 ? ASSAY_COLD : ASSAY_PRESENT;
  }
  // By value: an answer that nobody has the address of stays in registers.
  void put_more(const Place& place, FeatureAnswer answer) const;
  void put_within(const Place& place, std::int64_t reach, FeatureAnswer answer) const;

  RowBlock* block_;
  FeatureCounters* counters_;
  std::byte* cells_;
  const Place* places_;
  std::uint64_t complete_;
  std::uint32_t row_;
  const std::int64_t* reaches_ = nullptr;
};

}  // namespace assay::core
