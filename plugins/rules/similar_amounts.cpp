// Flags a day of payments whose amounts are all alike.
//
// People buy bread and shoes; a programme that empties accounts, or fills one, repeats itself. The
// pattern may be a mule's, so it is for the analyst alone.
#include <assay/rule.hpp>

#include "plugins/rules/feature_text.hpp"

namespace {

class SimilarAmounts {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "key": {
        "type": "string", "default": "payee_account",
        "description": "Whose payments: payee_account for what one account gets, card, user_id, ..."
      },
      "limit": {
        "type": "integer", "minimum": 1, "default": 4,
        "description": "So many payments may be alike."
      },
      "tolerance": {
        "type": "number", "minimum": 0, "maximum": 1, "default": 0.1,
        "description": "Alike is what differs from the present amount by at most this share of it."
      },
      "window": {"type": "string", "format": "duration", "default": "24h",
                 "description": "The time in which all payments have to be alike."},
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.3,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    const auto key = std::string(binder.config("key", "payee_account"));
    const auto window = binder.config("window", assay::hours{24});
    limit_ = binder.config("limit", 4);
    tolerance_ = binder.config("tolerance", 0.1);
    score_ = binder.config("score", 0.3);
    const auto history = " by " + key + " over " + assay::to_string(window);
    amount_ = binder.field<assay::Money>("amount");
    count_ = binder.feature<std::int64_t>("count()" + history);
    least_ = binder.feature<assay::Money>("min(amount)" + history);
    most_ = binder.feature<assay::Money>("max(amount)" + history);
    alike_ = binder.reason(
        "similar_amounts",
        "all {payments} payments " + assay::rules::on_this(key) +
            " in {window} lie between {least} and {most}, limit {limit}",
        {"payments", assay::evidence<assay::Money>("least"), assay::evidence<assay::Money>("most")},
        {{"window", window}, {"limit", limit_}});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    const auto count = row[count_];
    if (count && *count <= limit_) return assay::no_hit();
    const auto amount = row[amount_];
    const auto least = row[least_];
    const auto most = row[most_];
    if (!amount || !count || !least || !most) return assay::inconclusive();
    const auto value = static_cast<double>(amount->units);
    const auto apart = std::max(value - static_cast<double>(least->units),
                                static_cast<double>(most->units) - value);
    if (apart > tolerance_ * std::abs(value)) return assay::no_hit();
    explain(*least, *most);
    return assay::hit(alike_, score_, *count);
  }

 private:
  std::int64_t limit_ = 0;
  double tolerance_ = 0;
  double score_ = 0;
  assay::Field<assay::Money> amount_;
  assay::Feature<std::int64_t> count_;
  assay::Feature<assay::Money> least_;
  assay::Feature<assay::Money> most_;
  assay::Reason alike_;
};

}  // namespace

ASSAY_RULE(SimilarAmounts, "similar_amounts", "1.0.0")
