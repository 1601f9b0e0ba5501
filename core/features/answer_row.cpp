#include "core/features/answer_row.hpp"

#include <algorithm>
#include <cstring>

namespace assay::core {

void AnswerRow::put_more(const Place& place, FeatureAnswer answer) const {
  counters_->approximate += (answer.flags & kFeatureApproximate) != 0;
  counters_->saturated += (answer.flags & kFeatureSaturated) != 0;
  if (place.coverage) place.coverage->put(cells_, answer.coverage);
  if (place.flags) place.flags->put(cells_, answer.flags);
  if (!answer.present) return;
  if (place.type == FieldType::text) {
    block_->put_text(row_, place.slot, answer.text);
  } else if (place.type == FieldType::token) {
    assay_token token{};
    std::memcpy(&token, answer.text.data(), std::min(sizeof token, answer.text.size()));
    block_->put_token(row_, place.slot, token);
  } else {
    return place.value.put(cells_, answer.bits, validity_of(answer));
  }
  if (validity_of(answer) == ASSAY_COLD) block_->mark_cold(row_, place.slot);
}

void AnswerRow::put_within(const Place& place, std::int64_t reach, FeatureAnswer answer) const {
  if (answer.coverage > reach) {
    answer.coverage = reach;
    answer.flags |= kFeatureCold;
  }
  put_more(place, answer);
}

}  // namespace assay::core
