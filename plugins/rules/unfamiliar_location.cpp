// Flags a place, country or device that a customer who is known has not used for a long time.
//
// Known means: with enough earlier transactions, or every new customer's first place would hit. A
// field is compared as the feed writes it.
#include <assay/rule.hpp>

#include "plugins/rules/feature_text.hpp"

namespace {

class UnfamiliarLocation {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "field": {
        "type": "string", "default": "location",
        "description": "What has to be familiar: location, merchant_country, device_id, ..."
      },
      "key": {"type": "string", "default": "user_id", "description": "To whom: a field."},
      "window": {
        "type": "string", "format": "duration", "default": "90d",
        "description": "Unfamiliar is what was not used for so long."
      },
      "at_least": {
        "type": "integer", "minimum": 1, "default": 5,
        "description": "Earlier transactions in the window; with fewer it is inconclusive."
      },
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.3,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    const auto field = std::string(binder.config("field", "location"));
    const auto key = std::string(binder.config("key", "user_id"));
    const auto window = binder.config("window", assay::hours{24 * 90});
    at_least_ = binder.config("at_least", 5);
    score_ = binder.config("score", 0.3);
    const auto over = " over previous " + assay::to_string(window);
    same_ = binder.feature<std::int64_t>("count() by " + key + ", " + field + over);
    earlier_ = binder.feature<std::int64_t>("count() by " + key + over);
    const auto mark = "{" + field + "}";
    // A place may be told; of a device the customer knows no identifier.
    const auto told = field == "location" || field == "merchant_country"
                          ? "a payment was made in " + mark + ", where you do not usually pay"
                          : std::string();
    unfamiliar_ = binder.reason({"unfamiliar_" + field,
                                 field + " " + mark + " was not used in {earlier} transactions " +
                                     assay::rules::on_this(key) + " in {window}",
                                 told},
                                {"earlier"}, {{"window", window}});
  }

  assay::Verdict evaluate(const assay::Row& row) const {
    const auto same = row[same_];
    if (same && *same > 0) return assay::no_hit();
    const auto earlier = row[earlier_];
    if (!same || !earlier || *earlier < at_least_) return assay::inconclusive();
    return assay::hit(unfamiliar_, score_, *earlier);
  }

 private:
  std::int64_t at_least_ = 0;
  double score_ = 0;
  assay::Feature<std::int64_t> same_;
  assay::Feature<std::int64_t> earlier_;
  assay::Reason unfamiliar_;
};

}  // namespace

ASSAY_RULE(UnfamiliarLocation, "unfamiliar_location", "1.0.0")
