#include "bench/rules/direct_rules.hpp"

namespace assay::bench {
namespace {

class DirectEmpty final : public DirectRule {
 public:
  assay_verdict evaluate(const DirectRow&) const override { return {ASSAY_NO_HIT, 0, 0, 0}; }
};

class DirectFourFields final : public DirectRule {
 public:
  assay_verdict evaluate(const DirectRow& row) const override {
    if (!row.amount || !row.time || !row.user || !row.type) return {ASSAY_INCONCLUSIVE, 0, 0, 0};
    if (*row.amount > 8'800'000 && *row.time > 0 && *row.user % 2 == 0 && *row.type == "purchase") {
      return {ASSAY_HIT, 0, 250'000, *row.amount};
    }
    return {ASSAY_NO_HIT, 0, 0, 0};
  }
};

}  // namespace

std::unique_ptr<DirectRule> make_direct_empty() { return std::make_unique<DirectEmpty>(); }
std::unique_ptr<DirectRule> make_direct_four_fields() {
  return std::make_unique<DirectFourFields>();
}

}  // namespace assay::bench
