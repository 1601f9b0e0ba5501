// Flags a larger amount in the small hours of the customer's own day.
//
// The host works out `local_hour` and says from what: the holder's time zone, the transaction's UTC
// offset, or the configured zone. The reason repeats it, because an hour in a guessed zone is
// weaker evidence than one in the customer's own.
#include <assay/rule.hpp>

namespace {

class UnusualHour {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "from": {
        "type": "integer", "minimum": 0, "maximum": 23, "default": 2,
        "description": "First hour that is unusual, in the customer's local time."
      },
      "to": {
        "type": "integer", "minimum": 0, "maximum": 24, "default": 5,
        "description": "First hour that is usual again; less than `from` wraps over midnight."
      },
      "above": {
        "type": "string", "format": "decimal", "default": "1000.00",
        "description": "Only amounts above this one; the currency is not looked at."
      },
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.3,
                "description": "Score of a hit."}
    }
  })";

  // The defaults are those of a published rule set (night from 02:00 to 05:00, more than 1,000); on
  // its own the hour is weak, hence the low score.
  void bind(assay::Binder& binder) {
    from_ = binder.config("from", 2);
    to_ = binder.config("to", 5);
    if (from_ == to_) {
      throw binder.config()
          .refuse("to", "`from` and `to` are the same hour, so no hour is unusual")
          .advise("give the first usual hour as `to`, e.g. from: 2, to: 5");
    }
    above_ = binder.config("above", assay::Money::of(1000));
    score_ = binder.config("score", 0.3);
    hour_ = binder.field<std::int64_t>("local_hour");
    source_ = binder.field<std::string_view>("local_hour_source");
    amount_ = binder.field<assay::Money>("amount");
    unusual_ = binder.reason(
        "unusual_hour",
        "amount {amount} in the hour from {hour}:00 local time, zone from {local_hour_source}; "
        "unusual are amounts above {above} from {from}:00 to {to}:00",
        {"hour", assay::evidence<assay::Money>("amount")},
        {{"above", above_}, {"from", from_}, {"to", to_}});
  }

  assay::Verdict evaluate(const assay::Row& tx, assay::Explain& explain) const {
    const auto hour = tx[hour_];
    const auto amount = tx[amount_];
    if (!hour || !amount) return assay::inconclusive();
    if (!is_unusual(*hour) || *amount <= above_) return assay::no_hit();
    explain(*amount);
    return assay::hit(unusual_, score_, *hour);
  }

 private:
  bool is_unusual(std::int64_t hour) const {
    if (from_ < to_) return hour >= from_ && hour < to_;
    return hour >= from_ || hour < to_;
  }

  std::int64_t from_ = 0;
  std::int64_t to_ = 0;
  assay::Money above_;
  double score_ = 0;
  assay::Field<std::int64_t> hour_;
  assay::Field<std::string_view> source_;
  assay::Field<assay::Money> amount_;
  assay::Reason unusual_;
};

}  // namespace

ASSAY_RULE(UnusualHour, "unusual_hour", "1.0.0")
