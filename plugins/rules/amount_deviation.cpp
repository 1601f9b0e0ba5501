// Flags an amount that stands far above what this customer usually spends.
//
// Both comparisons say little about a customer who is hardly known: without enough earlier
// transactions the answer is inconclusive.
#include <assay/rule.hpp>

#include "plugins/rules/amount_words.hpp"
#include "plugins/rules/feature_text.hpp"

namespace {

class AmountDeviation {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "compare": {"enum": ["mean", "maximum"], "default": "mean",
                  "description": "With the mean, in standard deviations, or with the maximum."},
      "limit": {"type": "number", "minimum": 0,
                "description": "Standard deviations (3 by default), or times the maximum (1.5)."},
      "key": {"type": "string", "default": "user_id", "description": "Whose history: a field."},
      "window": {"type": "string", "format": "duration", "description": "30d, or 90d for maximum."},
      "at_least": {"type": "integer", "minimum": 2, "default": 10,
                   "description": "Earlier transactions; with fewer it is inconclusive."},
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.4,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    by_mean_ = binder.config("compare", "mean") == "mean";
    limit_ = binder.config("limit", by_mean_ ? 3.0 : 1.5);
    at_least_ = binder.config("at_least", 10);
    score_ = binder.config("score", 0.4);
    const auto key = std::string(binder.config("key", "user_id"));
    const auto window = binder.config("window", assay::hours{24 * (by_mean_ ? 30 : 90)});
    const auto history = " by " + key + " over previous " + assay::to_string(window);
    amount_ = binder.field<assay::Money>("amount");
    earlier_ = binder.feature<std::int64_t>("count()" + history);
    if (by_mean_) {
      mean_ = binder.feature<double>("mean(amount)" + history);
      deviation_ = binder.feature<double>("stddev(amount)" + history);
    } else {
      maximum_ = binder.feature<assay::Money>("max(amount)" + history);
    }
    const auto amount = assay::rules::with_currency(binder);
    const std::string compared =
        by_mean_ ? "standard deviations above the mean {usual}" : "times the largest {usual}";
    unusual_ = binder.reason(
        {"amount_deviation",
         "amount " + amount + " is {factor} " + compared + " of {earlier} earlier ones " +
             assay::rules::on_this(key) + " in {window}, limit {limit}",
         "a payment of " + amount + " is much larger than usual"},
        {assay::evidence<assay::Money>("amount"), assay::evidence<double>("factor"),
         assay::evidence<assay::Money>("usual"), "earlier"},
        {{"window", window}, {"limit", limit_}});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    const auto amount = row[amount_];
    const auto earlier = row[earlier_];
    if (!amount || !earlier || *earlier < at_least_) return assay::inconclusive();
    const auto usual = by_mean_ ? row[mean_] : maximum_of(row);
    const auto deviation = by_mean_ ? row[deviation_] : usual;
    if (!usual || !deviation) return assay::inconclusive();
    // Ten equal payments have no spread at all, and a cent more is no spike: a tenth of the mean
    // is the least that counts as usual.
    const auto unit = by_mean_ ? std::max(*deviation, std::abs(*usual) / 10) : *usual;
    const auto value = static_cast<double>(amount->units) / 10'000;
    const auto factor = (by_mean_ ? value - *usual : value) / unit;
    if (!(unit > 0) || !(factor > limit_)) return assay::no_hit();
    explain(std::round(factor * 10) / 10, assay::Money{std::llround(*usual * 100) * 100}, *earlier);
    return assay::hit(unusual_, score_, *amount);
  }

 private:
  std::optional<double> maximum_of(const assay::Row& row) const {
    const auto maximum = row[maximum_];
    if (!maximum) return std::nullopt;
    return static_cast<double>(maximum->units) / 10'000;
  }

  bool by_mean_ = true;
  double limit_ = 0;
  std::int64_t at_least_ = 0;
  double score_ = 0;
  assay::Field<assay::Money> amount_;
  assay::Feature<std::int64_t> earlier_;
  assay::Feature<double> mean_;
  assay::Feature<double> deviation_;
  assay::Feature<assay::Money> maximum_;
  assay::Reason unusual_;
};

}  // namespace

ASSAY_RULE(AmountDeviation, "amount_deviation", "1.0.0")
