// Which fields of an account holder are kept, and where each goes in a transaction's row.
//
// A field X of the holders is wanted where somebody has bound `holder.X`, that is where the
// transactions' layout has a slot of that name; all others are forgotten as soon as they are
// decoded. Made once, while the engine starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/model/layout.hpp"

namespace assay::core {

inline constexpr std::string_view kHolderPrefix = "holder.";

struct HolderPlan {
  struct Copy {
    Slot from;  // in the holders' layout
    Slot to;    // in the transactions' layout
    FieldType type;
    std::uint32_t cell;  // offset in a kept record
  };

  // Both layouts must be complete. Refuses, in words: a key that is not there, is neither int64 nor
  // text or differs in type between the two; a bound `holder.X` that the holders lack or have with
  // another type.
  static tl::expected<HolderPlan, std::string> make(const Layout& holders,
                                                    std::string_view holder_key,
                                                    const Layout& transactions,
                                                    std::string_view transaction_key);

  // Where the copies go in rows of another layout, in their order; nothing for one that nobody has
  // bound there. The fields of the transactions themselves have the same slots in both.
  using Targets = std::vector<std::optional<Slot>>;
  // The error names what is bound there and not kept.
  [[nodiscard]] tl::expected<Targets, std::string> targets_in(const Layout& holders,
                                                              const Layout& transactions) const;

  FieldType key_type = FieldType::int64;
  Slot holder_key;
  Slot transaction_key;
  std::vector<Copy> copies;
  std::uint32_t cells = 0;  // bytes of a record's cells
};

}  // namespace assay::core
