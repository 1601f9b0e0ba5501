// What is known of a configured rule once it is bound: who it is, in which mode, with which
// reasons.
//
// Immutable while the engine runs and shared by all workers; verdicts refer to it by number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/alarm_limits.hpp"
#include "core/model/bands.hpp"
#include "core/model/words.hpp"

namespace assay::core {

enum class RuleMode : std::uint16_t { live = ASSAY_LIVE, shadow = ASSAY_SHADOW };

// What an error verdict means for the decision.
enum class OnError : std::uint8_t { open, review, closed };

// What a hit means besides its score.
enum class Action : std::uint16_t {
  none = ASSAY_ACTION_NONE,
  allow = ASSAY_ACTION_ALLOW,
  review = ASSAY_ACTION_REVIEW,
  block = ASSAY_ACTION_BLOCK,
};

struct ReasonInfo {
  std::string code;
  Words words;           // for the analyst
  Words customer_words;  // empty unless the customer may read the reason
  std::vector<EvidenceInfo> evidence;
  Bands bands;  // of the first piece of evidence; perhaps none
  Action action = Action::none;
};

// How much of a feature's window must have been seen for a hit to count.
struct HistoryNeed {
  Slot coverage;           // duration
  std::int64_t least = 0;  // nanoseconds
};

// What is done when a rule hits too much.
struct BreakerInfo {
  AlarmLimits limits;
  bool demote = false;  // to shadow, for as long as the alarm is up; not just told
};

struct RuleInfo {
  std::string id;      // as configured
  std::string plugin;  // what it uses, with version
  std::uint32_t version = 1;
  RuleMode mode = RuleMode::live;
  OnError on_error = OnError::open;
  double weight = 1.0;                // of its score, 0 and more
  std::optional<std::int32_t> score;  // millionths; given, it stands for the rule's own
  std::vector<ReasonInfo> reasons;    // those the rule declared, then those of its bands
  std::uint32_t band_reasons = 0;     // how many at the end are bands': no rule answers with them
  std::optional<BreakerInfo> breaker;
  std::vector<HistoryNeed> history;  // a hit on less is inconclusive
};

// As messages name who is at work.
inline std::string whom(const RuleInfo& rule) {
  return "rule `" + rule.id + "`, plugin " + rule.plugin;
}

}  // namespace assay::core
