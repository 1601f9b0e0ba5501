// Flags the same amount at the same merchant twice within minutes.
//
// A terminal's slip, a customer's second click, or a card that is being emptied in steps: the
// customer knows which, so the customer is told.
#include <assay/rule.hpp>

#include "plugins/rules/amount_words.hpp"
#include "plugins/rules/feature_text.hpp"

namespace {

class RapidRepeat {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "window": {
        "type": "string", "format": "duration", "default": "5m",
        "description": "The time in which the same amount at the same merchant is a repeat."
      },
      "limit": {
        "type": "integer", "minimum": 1, "default": 1,
        "description": "So many equal payments in that time are allowed."
      },
      "key": {"type": "string", "default": "card", "description": "Whose payments: a field."},
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.3,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    const auto key = std::string(binder.config("key", "card"));
    const auto window = binder.config("window", assay::minutes{5});
    limit_ = binder.config("limit", 1);
    score_ = binder.config("score", 0.3);
    times_ = binder.feature<std::int64_t>("count() by " + key + ", merchant, amount over " +
                                          assay::to_string(window));
    repeated_ =
        binder.reason({"rapid_repeat",
                       "{times} times " + assay::rules::with_currency(binder) + " to {merchant} " +
                           assay::rules::on_this(key) + " in {window}, limit {limit}",
                       "the same amount was paid to {merchant} more than once within a short time"},
                      {"times"}, {{"window", window}, {"limit", limit_}});
  }

  assay::Verdict evaluate(const assay::Row& row) const {
    const auto times = row[times_];
    if (!times) return assay::inconclusive();
    return *times > limit_ ? assay::hit(repeated_, score_, *times) : assay::no_hit();
  }

 private:
  std::int64_t limit_ = 0;
  double score_ = 0;
  assay::Feature<std::int64_t> times_;
  assay::Reason repeated_;
};

}  // namespace

ASSAY_RULE(RapidRepeat, "rapid_repeat", "1.0.0")
