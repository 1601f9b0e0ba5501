#include "host/offline/judged.hpp"

#include <algorithm>
#include <array>

namespace assay::host {

const JudgedField* Judged::field(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &JudgedField::name);
  return found == fields.end() ? nullptr : &*found;
}

const JudgedVerdict* Judged::verdict(std::string_view rule) const {
  const auto found = std::ranges::find(verdicts, rule, &JudgedVerdict::rule);
  return found == verdicts.end() ? nullptr : &*found;
}

std::string_view answer_name(std::uint16_t answer) {
  constexpr std::array<std::string_view, ASSAY_NOT_EVALUATED + 1> names{
      "no_hit", "hit", "inconclusive", "error", "not_evaluated"};
  return answer < names.size() ? names[answer] : "unknown";
}

}  // namespace assay::host
