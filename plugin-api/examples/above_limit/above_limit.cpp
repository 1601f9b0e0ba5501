// The same rule with the veneer for C++: hits where the amount is above a limit.
//
//   c++ -std=c++20 -shared -fPIC -fvisibility=hidden above_limit.cpp -o above_limit.so
#include <assay/rule.hpp>

namespace {

class AboveLimit {
 public:
  void bind(assay::Binder& binder) {
    limit_ = binder.config("limit", assay::Money::of(1000));
    amount_ = binder.field<assay::Money>("amount");
    above_ = binder.reason("above_limit", "{amount} is too much",
                           {assay::evidence<assay::Money>("amount", "EUR")});
  }

  assay::Verdict evaluate(const assay::Row& row) const {
    const auto amount = row[amount_];
    if (!amount) return assay::inconclusive();
    return *amount > limit_ ? assay::hit(above_, 0.5, *amount) : assay::no_hit();
  }

  static constexpr const char* schema =
      R"json({"type": "object", "properties": {"limit": {"type": "string", "format": "decimal"}}})json";

 private:
  assay::Money limit_;
  assay::Field<assay::Money> amount_;
  assay::Reason above_;
};

}  // namespace

ASSAY_RULE(AboveLimit, "above_limit", "1.0.0")
