// "Did you mean": the candidate that a slip of the finger could have turned into the name given.
//
// Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::core {

/// The closest candidate by edit distance (insert, delete, replace, swap of neighbours), if it is
/// within a third of the name's length and at most three; case counts as no difference. Of equals
/// the first wins.
[[nodiscard]] std::optional<std::string> nearest(std::string_view name,
                                                 std::span<const std::string> candidates);

/// "did you mean `threshold`?", or empty: what goes into `Diagnostic::help`.
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       std::span<const std::string> candidates);

}  // namespace assay::core
