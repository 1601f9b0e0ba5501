// Flags a larger payment of an account that nobody used for a long time.
//
// Taken-over accounts are often ones that their owner does not look at.
#include <assay/rule.hpp>

#include "plugins/rules/amount_words.hpp"
#include "plugins/rules/feature_text.hpp"

namespace {

class DormantAccount {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "quiet": {
        "type": "string", "format": "duration", "default": "90d",
        "description": "Dormant is who had no transaction for longer than this."
      },
      "above": {
        "type": "string", "format": "decimal", "default": "1000.00",
        "description": "Only amounts above this one; the currency is not looked at."
      },
      "key": {"type": "string", "default": "user_id", "description": "Whose account: a field."},
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    quiet_ = binder.config("quiet", assay::hours{24 * 90});
    above_ = binder.config("above", assay::Money::of(1000));
    score_ = binder.config("score", 0.5);
    const auto key = std::string(binder.config("key", "user_id"));
    amount_ = binder.field<assay::Money>("amount");
    since_ = binder.feature<assay::Duration>("elapsed() by " + key);
    const auto amount = assay::rules::with_currency(binder);
    awake_ = binder.reason(
        {"dormant_account",
         "amount " + amount + " after {since} without a transaction " + assay::rules::on_this(key) +
             "; dormant is more than {quiet}, large more than {above}",
         "a payment of " + amount + " was made after a long time without any"},
        {assay::evidence<assay::Money>("amount"), assay::evidence<assay::Duration>("since")},
        {{"quiet", quiet_}, {"above", above_}});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    const auto amount = row[amount_];
    if (amount && *amount <= above_) return assay::no_hit();
    const auto since = row[since_];
    if (!amount || !since) return assay::inconclusive();
    if (*since <= quiet_) return assay::no_hit();
    explain(*since);
    return assay::hit(awake_, score_, *amount);
  }

 private:
  assay::Duration quiet_{};
  assay::Money above_;
  double score_ = 0;
  assay::Field<assay::Money> amount_;
  assay::Feature<assay::Duration> since_;
  assay::Reason awake_;
};

}  // namespace

ASSAY_RULE(DormantAccount, "dormant_account", "1.0.0")
