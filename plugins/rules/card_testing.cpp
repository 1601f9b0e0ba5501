// Flags a large payment that follows several very small ones on the same card.
//
// Whoever bought a list of stolen numbers tries each with an amount that nobody misses, and then
// takes what the card gives. The small ones count whether they were approved or not.
#include <assay/rule.hpp>

#include "plugins/rules/amount_words.hpp"
#include "plugins/rules/feature_text.hpp"

namespace {

class CardTesting {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "small": {
        "type": "string", "format": "decimal", "default": "10.00",
        "description": "The largest amount of a probe; the currency is not looked at."
      },
      "probes": {
        "type": "integer", "minimum": 1, "default": 3,
        "description": "So many probes before the payment make a hit."
      },
      "above": {
        "type": "string", "format": "decimal", "default": "100.00",
        "description": "Only payments above this amount."
      },
      "window": {
        "type": "string", "format": "duration", "default": "24h",
        "description": "How long before the payment a probe may lie."
      },
      "key": {"type": "string", "default": "card", "description": "What is probed: a field."},
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.7,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    const auto small = binder.config("small", assay::Money::of(10));
    const auto window = binder.config("window", assay::hours{24});
    const auto key = std::string(binder.config("key", "card"));
    at_least_ = binder.config("probes", 3);
    above_ = binder.config("above", assay::Money::of(100));
    score_ = binder.config("score", 0.7);
    if (above_ < small) {
      throw binder.config()
          .refuse("above", "`above` is less than `small`, so a payment could be its own probe")
          .advise("give a larger `above` or a smaller `small`");
    }
    amount_ = binder.field<assay::Money>("amount");
    probes_ = binder.feature<std::int64_t>(
        "count() by " + key + " over previous " + assay::to_string(window) +
        " where amount >= 0 && amount <= " + assay::to_string(small));
    const auto amount = assay::rules::with_currency(binder);
    tested_ = binder.reason({"card_testing",
                             "amount " + amount + " after {probes} of at most {small} " +
                                 assay::rules::on_this(key) + " in {window}",
                             "a payment of " + amount + " followed several very small ones"},
                            {assay::evidence<assay::Money>("amount"), "probes"},
                            {{"small", small}, {"window", window}});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    const auto amount = row[amount_];
    if (amount && *amount <= above_) return assay::no_hit();
    const auto probes = row[probes_];
    if (!amount || !probes) return assay::inconclusive();
    if (*probes < at_least_) return assay::no_hit();
    explain(*probes);
    return assay::hit(tested_, score_, *amount);
  }

 private:
  assay::Money above_;
  std::int64_t at_least_ = 0;
  double score_ = 0;
  assay::Field<assay::Money> amount_;
  assay::Feature<std::int64_t> probes_;
  assay::Reason tested_;
};

}  // namespace

ASSAY_RULE(CardTesting, "card_testing", "1.0.0")
