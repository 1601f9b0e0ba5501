// Flags amounts that stay just below a reporting threshold and together exceed it.
//
// Whoever splits a sum to avoid a report (smurfing, structuring) commits an offence, and to tell
// him that it was noticed is one as well (tipping off): this reason is for the analyst alone.
#include <assay/rule.hpp>

#include "plugins/rules/amount_words.hpp"
#include "plugins/rules/feature_text.hpp"

namespace {

class Structuring {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "threshold": {
        "type": "string", "format": "decimal", "default": "10000.00",
        "description": "The reporting threshold; an amount of exactly it still lies in the band."
      },
      "from": {
        "type": "number", "minimum": 0, "maximum": 1, "default": 0.8,
        "description": "The band begins at this share of the threshold."
      },
      "at_least": {
        "type": "integer", "minimum": 2, "default": 3,
        "description": "So many amounts in the band make a hit, with a sum above the threshold."
      },
      "window": {"type": "string", "format": "duration", "default": "24h",
                 "description": "The time in which they lie."},
      "currency": {
        "type": "string",
        "description": "Only amounts in this currency; without it the currency is not looked at."
      },
      "key": {"type": "string", "default": "user_id", "description": "Whose amounts: a field."},
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.7,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    threshold_ = binder.config("threshold", assay::Money::of(10'000));
    const auto share = binder.config("from", 0.8);
    band_ = {std::llround(static_cast<double>(threshold_.units) * share)};
    at_least_ = binder.config("at_least", 3);
    score_ = binder.config("score", 0.7);
    wanted_ = binder.config("currency", "");
    const auto window = binder.config("window", assay::hours{24});
    const auto key = std::string(binder.config("key", "user_id"));
    auto history = " by " + key + " over " + assay::to_string(window) +
                   " where amount >= " + assay::to_string(band_) +
                   " && amount <= " + assay::to_string(threshold_);
    if (!wanted_.empty()) {
      currency_ = binder.field<std::string_view>("currency");
      history += " && currency == \"" + wanted_ + "\"";
    }
    amount_ = binder.field<assay::Money>("amount");
    count_ = binder.feature<std::int64_t>("count()" + history);
    sum_ = binder.feature<assay::Money>("sum(amount)" + history);
    split_ =
        binder.reason("structuring",
                      "{count} amounts from {from} to {threshold} " + assay::rules::on_this(key) +
                          " in {window}, together " + assay::rules::with_currency(binder, "{sum}"),
                      {"count", assay::evidence<assay::Money>("sum")},
                      {{"from", band_}, {"threshold", threshold_}, {"window", window}});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    const auto amount = row[amount_];
    if (amount && (*amount < band_ || *amount > threshold_)) return assay::no_hit();
    const auto currency =
        wanted_.empty() ? std::optional<std::string_view>(wanted_) : row[currency_];
    if (currency && *currency != wanted_) return assay::no_hit();
    const auto count = row[count_];
    const auto sum = row[sum_];
    if (!amount || !currency || !count || !sum) return assay::inconclusive();
    if (*count < at_least_ || *sum <= threshold_) return assay::no_hit();
    explain(*sum);
    return assay::hit(split_, score_, *count);
  }

 private:
  assay::Money threshold_;
  assay::Money band_;
  std::int64_t at_least_ = 0;
  double score_ = 0;
  std::string wanted_;
  assay::Field<std::string_view> currency_;
  assay::Field<assay::Money> amount_;
  assay::Feature<std::int64_t> count_;
  assay::Feature<assay::Money> sum_;
  assay::Reason split_;
};

}  // namespace

ASSAY_RULE(Structuring, "structuring", "1.0.0")
