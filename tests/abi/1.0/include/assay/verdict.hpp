// What a rule answers: a verdict for each row, made by one of three functions.
#pragma once

#include <assay/rule.h>

#include <algorithm>
#include <assay/binder.hpp>
#include <bit>
#include <cmath>

namespace assay {

using Verdict = assay_verdict;

namespace detail {

inline std::int64_t bits(std::int64_t value) { return value; }
inline std::int64_t bits(int value) { return value; }
inline std::int64_t bits(double value) { return std::bit_cast<std::int64_t>(value); }
inline std::int64_t bits(Money value) { return value.units; }
inline std::int64_t bits(Time value) { return value.nanoseconds; }
inline std::int64_t bits(Duration value) { return value.count(); }

}  // namespace detail

inline Verdict no_hit() { return {ASSAY_NO_HIT, 0, 0, 0}; }

// Something the rule needs is absent: never the same as "no fraud".
inline Verdict inconclusive() { return {ASSAY_INCONCLUSIVE, 0, 0, 0}; }

// `score` from 0 to 1; the evidence is the first one declared with the reason.
inline Verdict hit(Reason reason, double score) {
  const auto clamped = std::clamp(score, 0.0, 1.0);
  return {ASSAY_HIT, reason.number(),
          static_cast<std::int32_t>(std::lround(clamped * ASSAY_SCORE_ONE)), 0};
}
template <class Value>
Verdict hit(Reason reason, double score, Value first_evidence) {
  auto verdict = hit(reason, score);
  verdict.evidence = detail::bits(first_evidence);
  return verdict;
}

// Takes the second to fourth evidence of the row at hand; for hits only.
class Explain {
 public:
  Explain(const assay_explain* api, const assay_verdicts& verdicts)
      : api_(api), verdicts_(&verdicts) {}

  void at(std::uint32_t row) { row_ = row; }

  // In the order of the reason's list, beginning with the second.
  template <class... Values>
  void operator()(Values... values) {
    std::uint32_t number = 1;
    if (api_) (api_->evidence(verdicts_, row_, number++, detail::bits(values)), ...);
  }

 private:
  const assay_explain* api_;
  const assay_verdicts* verdicts_;
  std::uint32_t row_ = 0;
};

}  // namespace assay
