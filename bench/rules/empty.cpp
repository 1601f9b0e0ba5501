// The least a rule can do: what is left is the price of the border.
#include <assay/rule.hpp>

namespace {

class Empty {
 public:
  void bind(assay::Binder& binder) { amount_ = binder.field<assay::Money>("amount"); }
  assay::Verdict evaluate(const assay::Row&) const { return assay::no_hit(); }

 private:
  assay::Field<assay::Money> amount_;
};

}  // namespace

ASSAY_RULE(Empty, "bench_empty", "1.0.0")
