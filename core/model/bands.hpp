// The bands of a reason: ranges of its first piece of evidence, each with a score and a reason of
// its own.
//
// A band begins above its limit and ends where the next one begins, so there are neither holes nor
// overlaps: a value lies in one band, or in none where it is not above the lowest limit. Then the
// rule's own score and reason stand. What is not a number lies nowhere.
//
// Thread: any; immutable while the engine runs.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/model/layout.hpp"

namespace assay::core {

struct Band {
  std::optional<std::int64_t> above;  // as the evidence's cell; nothing: whatever is below the next
  std::int32_t score = 0;             // millionths
  std::uint16_t reason = 0;           // number among the rule's reasons
};

class Bands final {
 public:
  Bands() = default;
  // Limits rise from band to band; only the first may have none.
  Bands(FieldType evidence, std::vector<Band> bands)
      : floating_(evidence == FieldType::float64), bands_(std::move(bands)) {}

  bool empty() const { return bands_.empty(); }

  // Null where the value lies in none.
  const Band* of(std::int64_t evidence) const;

 private:
  bool floating_ = false;
  std::vector<Band> bands_;
};

// Whether the first of two values is the greater one, both as cells of evidence of that type.
bool greater(FieldType type, std::int64_t value, std::int64_t than);

}  // namespace assay::core
