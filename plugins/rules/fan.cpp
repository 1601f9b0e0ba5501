// Flags an account that gathers money from many, or one that spreads it to many.
//
// These are the shapes of a mule's account. Nobody outside of the bank may hear that one was seen
// (tipping off): the reasons are for the analyst alone.
#include <assay/rule.hpp>

namespace {

class Fan {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "shape": {
        "enum": ["in", "out"], "default": "in",
        "description": "Many payers to one payee account, or one payer to many of them."
      },
      "limit": {
        "type": "integer", "minimum": 1, "default": 4,
        "description": "So many different counterparties are allowed."
      },
      "window": {
        "type": "string", "format": "duration",
        "description": "The time in which they are counted: by default 24h in, 8h out."
      },
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    const auto in = binder.config("shape", "in") == "in";
    const auto window = binder.config("window", assay::hours{in ? 24 : 8});
    limit_ = binder.config("limit", 4);
    score_ = binder.config("score", 0.5);
    const std::string parties = in ? "distinct(user_id) by payee_account over "
                                   : "distinct(payee_account) by user_id over ";
    parties_ = binder.feature<std::int64_t>(parties + assay::to_string(window));
    const std::string what = in ? "{parties} customers paid this payee account"
                                : "{parties} payee accounts were paid by this customer";
    fan_ = binder.reason(in ? "fan_in" : "fan_out", what + " in {window}, limit {limit}",
                         {"parties"}, {{"window", window}, {"limit", limit_}});
  }

  assay::Verdict evaluate(const assay::Row& row) const {
    const auto parties = row[parties_];
    if (!parties) return assay::inconclusive();
    return *parties > limit_ ? assay::hit(fan_, score_, *parties) : assay::no_hit();
  }

 private:
  std::int64_t limit_ = 0;
  double score_ = 0;
  assay::Feature<std::int64_t> parties_;
  assay::Reason fan_;
};

}  // namespace

ASSAY_RULE(Fan, "fan", "1.0.0")
