// One row's answer, with everything that the engine would make of it.
#pragma once

#include <assay/rule.h>

#include <assay/testing/value.hpp>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::testing {

struct Answer {
  std::uint16_t answer = ASSAY_NOT_EVALUATED;
  double score = 0;  // 0 to 1
  std::string reason;
  std::string words;           // for the analyst, filled in; for an error its message
  std::string customer_words;  // empty unless the customer may read the reason
  std::vector<std::pair<std::string, Value>> all_evidence;

  bool hit() const { return answer == ASSAY_HIT; }
  bool no_hit() const { return answer == ASSAY_NO_HIT; }
  bool inconclusive() const { return answer == ASSAY_INCONCLUSIVE; }
  bool error() const { return answer == ASSAY_ERROR; }

  // Absent where the reason has no evidence of that name, or the rule did not give it.
  Value evidence(std::string_view name) const {
    for (const auto& [known, value] : all_evidence) {
      if (known == name) return value;
    }
    return {};
  }

  // Alike to the reader: scores differ by less than the millionth that crosses the border.
  friend bool operator==(const Answer& a, const Answer& b) {
    return a.answer == b.answer && a.reason == b.reason && a.words == b.words &&
           std::abs(a.score - b.score) < 1e-9 && a.all_evidence == b.all_evidence;
  }
};

}  // namespace assay::testing
