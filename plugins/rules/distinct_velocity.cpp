// Flags too many different things in too short a time: cards on a device, merchants on a card.
//
// One card at ten shops may be a Saturday; ten cards on one device are a stolen list being tried.
#include <assay/rule.hpp>

#include "plugins/rules/feature_text.hpp"
#include "plugins/rules/limits.hpp"

namespace {

using assay::rules::FeatureText;
using assay::rules::Limits;

class DistinctVelocity {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "feature": {
        "type": "string", "default": "distinct(card) by device_id over 24h",
        "description": "What is compared: a feature that counts different values."
      },
      "limit": {
        "type": "string", "format": "decimal", "default": "3",
        "description": "The largest number that is allowed."
      },
      "score": {
        "type": "number", "minimum": 0, "maximum": 1, "default": 0.6,
        "description": "Score of a hit."
      },
      "limits": {
        "type": "array", "description": "Several limits, each with its score; the highest counts.",
        "items": {
          "type": "object", "additionalProperties": false, "required": ["limit", "score"],
          "properties": {
            "limit": {"type": "string", "format": "decimal"},
            "score": {"type": "number", "minimum": 0, "maximum": 1}
          }
        }
      }
    }
  })";

  void bind(assay::Binder& binder) {
    const FeatureText feature(binder.config("feature", "distinct(card) by device_id over 24h"));
    if (feature.aggregate() != "distinct") {
      throw binder.config()
          .refuse("feature", "`" + feature.text() + "` does not count different values")
          .advise("give a feature such as distinct(card) by device_id over 24h, or use: velocity");
    }
    limits_ = Limits(binder.config(), assay::Money::of(3), 0.6);
    values_ = binder.feature<std::int64_t>(feature.text());
    const auto what = "different " + assay::rules::several(feature.argument()) + " ";
    const auto told = feature.about_the_customer()
                          ? "payments with unusually many " + what + "were made in a short time"
                          : std::string();
    too_many_ = binder.reason(
        {"distinct_velocity", "{value} " + what + feature.scope() + ", limit {limit}", told},
        {"value", "limit"});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    const auto values = row[values_];
    if (!values) return assay::inconclusive();
    const auto* exceeded = limits_.exceeded_by(assay::rules::scaled(*values));
    if (!exceeded) return assay::no_hit();
    explain(assay::rules::unscaled<std::int64_t>(exceeded->limit));
    return assay::hit(too_many_, exceeded->score, *values);
  }

 private:
  Limits limits_;
  assay::Feature<std::int64_t> values_;
  assay::Reason too_many_;
};

}  // namespace

ASSAY_RULE(DistinctVelocity, "distinct_velocity", "1.0.0")
