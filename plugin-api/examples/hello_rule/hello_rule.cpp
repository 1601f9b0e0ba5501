// Flags a round amount: whole hundreds, at least as large as `from`.
#include <assay/rule.hpp>

namespace {

class HelloRule {
 public:
  void bind(assay::Binder& binder) {
    from_ = binder.config("from", assay::Money::of(500));
    amount_ = binder.field<assay::Money>("amount");
    round_ = binder.reason("round_amount", "{amount} is a round amount of at least {from}",
                           {assay::evidence<assay::Money>("amount")}, {{"from", from_}});
  }

  assay::Verdict evaluate(const assay::Row& tx) const {
    const auto amount = tx[amount_];
    if (!amount) return assay::inconclusive();
    const bool is_round = amount->units % assay::Money::of(100).units == 0;
    return is_round && *amount >= from_ ? assay::hit(round_, 0.4, *amount) : assay::no_hit();
  }

  static constexpr const char* schema = R"({"type": "object", "additionalProperties": false,
    "properties": {"from": {"type": "string", "format": "decimal", "default": "500.00"}}})";

 private:
  assay::Money from_;
  assay::Field<assay::Money> amount_;
  assay::Reason round_;
};

}  // namespace

ASSAY_RULE(HelloRule, "hello_rule", "1.0.0")
