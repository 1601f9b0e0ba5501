// Flags an account out of which goes, within a day, nearly what came in: a mule's, or a layer.
//
// It needs a feed with incoming payments of its own. Like all signs of a mule it is for the analyst
// alone: to tell the customer is tipping off.
#include <algorithm>
#include <assay/rule.hpp>

#include "plugins/rules/feature_text.hpp"

namespace {

class PassThrough {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "incoming": {
        "type": "array", "items": {"type": "string"}, "default": ["deposit"],
        "description": "Transaction types that bring money in."
      },
      "outgoing": {
        "type": "array", "items": {"type": "string"}, "default": ["transfer", "withdrawal"],
        "description": "Transaction types that take money out."
      },
      "tolerance": {
        "type": "number", "minimum": 0, "maximum": 1, "default": 0.1,
        "description": "Out is close to in where they differ by at most this share of in."
      },
      "above": {
        "type": "string", "format": "decimal", "default": "1000.00",
        "description": "Only where more than this came in."
      },
      "window": {"type": "string", "format": "duration", "default": "24h",
                 "description": "The time in which both are summed."},
      "key": {"type": "string", "default": "user_id", "description": "Whose account: a field."},
      "score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5,
                "description": "Score of a hit."}
    }
  })";

  void bind(assay::Binder& binder) {
    auto incoming = binder.config().texts("incoming");
    outgoing_ = binder.config().texts("outgoing");
    if (incoming.empty()) incoming = {"deposit"};
    if (outgoing_.empty()) outgoing_ = {"transfer", "withdrawal"};
    tolerance_ = binder.config("tolerance", 0.1);
    above_ = binder.config("above", assay::Money::of(1000));
    score_ = binder.config("score", 0.5);
    const auto window = binder.config("window", assay::hours{24});
    const auto key = std::string(binder.config("key", "user_id"));
    const auto sum = "sum(amount) by " + key + " over " + assay::to_string(window) + " where ";
    type_ = binder.field<std::string_view>("transaction_type");
    in_ = binder.feature<assay::Money>(sum + any_of(incoming));
    out_ = binder.feature<assay::Money>(sum + any_of(outgoing_));
    passed_ = binder.reason(
        "pass_through",
        "{out} went out " + assay::rules::on_this(key) + " of the {in} that came in, in {window}",
        {assay::evidence<assay::Money>("out"), assay::evidence<assay::Money>("in")},
        {{"window", window}});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    const auto type = row[type_];
    if (type && std::find(outgoing_.begin(), outgoing_.end(), *type) == outgoing_.end()) {
      return assay::no_hit();
    }
    const auto in = row[in_];
    const auto out = row[out_];
    if (!type || !in || !out) return assay::inconclusive();
    const auto apart = std::abs(static_cast<double>(out->units) - static_cast<double>(in->units));
    const auto close = apart <= tolerance_ * static_cast<double>(in->units);
    if (*in <= above_ || !close) return assay::no_hit();
    explain(*in);
    return assay::hit(passed_, score_, *out);
  }

 private:
  static std::string any_of(const std::vector<std::string>& types) {
    std::string text;
    for (const auto& type : types) {
      text += (text.empty() ? "" : " || ") + ("transaction_type == \"" + type + "\"");
    }
    return text;
  }

  std::vector<std::string> outgoing_;
  double tolerance_ = 0;
  double score_ = 0;
  assay::Money above_;
  assay::Field<std::string_view> type_;
  assay::Feature<assay::Money> in_;
  assay::Feature<assay::Money> out_;
  assay::Reason passed_;
};

}  // namespace

ASSAY_RULE(PassThrough, "pass_through", "1.0.0")
