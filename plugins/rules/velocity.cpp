// Flags too much in too short a time: any count or sum of windowed history above a limit.
//
// The history is declared by its text and computed by the host; this rule is a comparison. Every
// transaction over the limit hits, not the first one alone: how often somebody is told is a matter
// of the alert.
#include <assay/rule.hpp>

#include "plugins/rules/feature_text.hpp"
#include "plugins/rules/limits.hpp"

namespace {

using assay::rules::FeatureText;
using assay::rules::Limits;

class Velocity {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "feature": {
        "type": "string", "default": "count() by card over 10m",
        "description": "What is compared: a feature whose value is a number or an amount."
      },
      "limit": {
        "type": "string", "format": "decimal", "default": "5",
        "description": "The largest value that is allowed."
      },
      "score": {
        "type": "number", "minimum": 0, "maximum": 1, "default": 0.4,
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
    const FeatureText feature(binder.config("feature", "count() by card over 10m"));
    limits_ = Limits(binder.config(), assay::Money::of(5), 0.4);
    type_ = feature.type(binder).value_or(ASSAY_INT64);
    if (type_ == ASSAY_INT64) return declare<std::int64_t>(binder, feature);
    if (type_ == ASSAY_DECIMAL) return declare<assay::Money>(binder, feature);
    if (type_ == ASSAY_DOUBLE) return declare<double>(binder, feature);
    throw binder.config()
        .refuse("feature", "`" + feature.text() + "` is neither a number nor an amount")
        .advise("give a count, a sum or another feature of a number");
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    if (type_ == ASSAY_DECIMAL) return judge<assay::Money>(row, explain);
    if (type_ == ASSAY_DOUBLE) return judge<double>(row, explain);
    return judge<std::int64_t>(row, explain);
  }

 private:
  template <class T>
  void declare(assay::Binder& binder, const FeatureText& feature) {
    column_ = binder.feature<T>(feature.text()).column();
    const bool counts = feature.aggregate() == "count";
    const auto what = counts ? std::string("{value} attempts ")
                             : feature.aggregate() + " of " + feature.argument() + " {value} ";
    // Only the customer's own history is told, and never its limit.
    const auto* told = !feature.about_the_customer() ? ""
                       : counts ? "unusually many payments were attempted in a short time"
                                : "unusually much was paid in a short time";
    too_much_ = binder.reason({"velocity", what + feature.scope() + ", limit {limit}", told},
                              {assay::evidence<T>("value"), assay::evidence<T>("limit")});
  }

  template <class T>
  assay::Verdict judge(const assay::Row& row, assay::Explain& explain) const {
    const auto value = row[assay::Feature<T>(column_)];
    if (!value) return assay::inconclusive();
    const auto* exceeded = limits_.exceeded_by(assay::rules::scaled(*value));
    if (!exceeded) return assay::no_hit();
    explain(assay::rules::unscaled<T>(exceeded->limit));
    return assay::hit(too_much_, exceeded->score, *value);
  }

  Limits limits_;
  std::uint32_t type_ = ASSAY_INT64;
  std::uint32_t column_ = 0;
  assay::Reason too_much_;
};

}  // namespace

ASSAY_RULE(Velocity, "velocity", "1.0.0")
