// Flags an amount above a limit. Say here whom the rule watches for and why it works, then give it
// the fields, the parameters and the condition it needs.
#include <assay/rule.hpp>

namespace {

class MyRule {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "limit": {
        "type": "string", "format": "decimal", "default": "1000.00",
        "description": "The largest allowed amount; more than it hits."
      },
      "score": {
        "type": "number", "minimum": 0, "maximum": 1, "default": 0.5,
        "description": "Score of a hit."
      }
    }
  })";

  void bind(assay::Binder& binder) {
    limit_ = binder.config("limit", assay::Money::of(1000));
    score_ = binder.config("score", 0.5);
    amount_ = binder.field<assay::Money>("amount");
    above_ = binder.reason("my_rule", "amount {amount} is more than {limit}",
                           {assay::evidence<assay::Money>("amount")}, {{"limit", limit_}});
  }

  assay::Verdict evaluate(const assay::Row& tx) const {
    const auto amount = tx[amount_];
    if (!amount) return assay::inconclusive();
    if (*amount <= limit_) return assay::no_hit();
    return assay::hit(above_, score_, *amount);
  }

 private:
  assay::Money limit_;
  double score_ = 0;
  assay::Field<assay::Money> amount_;
  assay::Reason above_;
};

}  // namespace

ASSAY_RULE(MyRule, "my_rule", "1.0.0")
