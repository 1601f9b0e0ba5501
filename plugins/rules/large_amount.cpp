// Flags an amount above a limit for its currency.
//
// A limit in one currency says nothing about another, so there is one per currency; a currency that
// has none, and no default, makes the rule inconclusive instead of silent.
#include <algorithm>
#include <assay/rule.hpp>

#include "plugins/rules/amount_words.hpp"

namespace {

class LargeAmount {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "limits": {
        "type": "object",
        "description": "Limit per currency (ISO 4217). An amount of exactly the limit does not hit.",
        "additionalProperties": {"type": "string", "format": "decimal"},
        "default": {"EUR": "10000.00", "USD": "10000.00", "GBP": "10000.00", "CHF": "10000.00"}
      },
      "default_limit": {"type": "string", "format": "decimal",
                        "description": "Limit for any other currency, or an unknown one."},
      "types": {
        "type": "array", "items": {"type": "string"}, "default": [],
        "description": "Transaction types that are looked at; all where it is empty."
      },
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.6,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    read_limits(binder.config());
    types_ = binder.config().texts("types");
    score_ = binder.config("score", 0.6);
    amount_ = binder.field<assay::Money>("amount");
    currency_ = binder.optional<std::string_view>("currency");
    if (!types_.empty()) type_ = binder.field<std::string_view>("transaction_type");
    const auto amount = assay::rules::with_currency(binder);
    const auto limit = assay::rules::with_currency(binder, "{limit}");
    large_ = binder.reason(
        {"large_amount", "amount " + amount + " is above the limit of " + limit,
         "a payment of " + amount + " is unusually large"},
        {assay::evidence<assay::Money>("amount"), assay::evidence<assay::Money>("limit")});
  }

  assay::Verdict evaluate(const assay::Row& tx, assay::Explain& explain) const {
    if (!types_.empty()) {
      const auto type = tx[type_];
      if (!type) return assay::inconclusive();
      if (std::find(types_.begin(), types_.end(), *type) == types_.end()) return assay::no_hit();
    }
    const auto amount = tx[amount_];
    const auto limit = limit_for(tx[currency_]);
    if (!amount || !limit) return assay::inconclusive();
    if (*amount <= *limit) return assay::no_hit();
    explain(*limit);
    return assay::hit(large_, score_, *amount);
  }

 private:
  // 10,000 is the reporting threshold of the EU (Directive 2015/849, cash payments) and of the US
  // (currency transaction reports, "more than $10,000"), so "above" and not "from".
  void read_limits(const assay::Config& config) {
    if (config.has("default_limit")) default_ = config.get("default_limit", assay::Money{});
    for (std::uint32_t i = 0; i < config.count("limits"); ++i) {
      const auto currency = std::string(config.key_at("limits", i));
      limits_.emplace_back(currency, config.get("limits." + currency, assay::Money{}));
    }
    if (!limits_.empty() || default_) return;
    for (const auto* currency : {"EUR", "USD", "GBP", "CHF"}) {
      limits_.emplace_back(currency, assay::Money::of(10'000));
    }
  }

  std::optional<assay::Money> limit_for(std::optional<std::string_view> currency) const {
    for (const auto& [known, limit] : limits_) {
      if (currency == known) return limit;
    }
    return default_;
  }

  std::vector<std::pair<std::string, assay::Money>> limits_;
  std::optional<assay::Money> default_;
  std::vector<std::string> types_;
  double score_ = 0;
  assay::Field<assay::Money> amount_;
  assay::Field<std::string_view> currency_;
  assay::Field<std::string_view> type_;
  assay::Reason large_;
};

}  // namespace

ASSAY_RULE(LargeAmount, "large_amount", "1.0.0")
