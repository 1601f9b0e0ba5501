// Reads four fields of three types and compares each; hits one row in about a hundred.
#include <assay/rule.hpp>

namespace {

class FourFields {
 public:
  void bind(assay::Binder& binder) {
    amount_ = binder.field<assay::Money>("amount");
    time_ = binder.field<assay::Time>("timestamp");
    user_ = binder.field<std::int64_t>("user_id");
    type_ = binder.field<std::string_view>("transaction_type");
    reason_ =
        binder.reason("four_fields", "four fields", {assay::evidence<assay::Money>("amount")});
  }

  assay::Verdict evaluate(const assay::Row& tx) const {
    const auto amount = tx[amount_];
    const auto time = tx[time_];
    const auto user = tx[user_];
    const auto type = tx[type_];
    if (!amount || !time || !user || !type) return assay::inconclusive();
    if (*amount > assay::Money::of(880) && time->nanoseconds > 0 && *user % 2 == 0 &&
        *type == "purchase") {
      return assay::hit(reason_, 0.25, *amount);
    }
    return assay::no_hit();
  }

 private:
  assay::Field<assay::Money> amount_;
  assay::Field<assay::Time> time_;
  assay::Field<std::int64_t> user_;
  assay::Field<std::string_view> type_;
  assay::Reason reason_;
};

}  // namespace

ASSAY_RULE(FourFields, "bench_four_fields", "1.0.0")
