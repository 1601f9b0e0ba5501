// A rule that can be told to break each promise of the contract, for the tests of
// <assay/testing.hpp>.
#pragma once

#include <assay/rule.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

class ProbeRule {
 public:
  void bind(assay::Binder& binder) {
    const auto& config = binder.config();
    fault_ = config.get("fault", "");
    window_ = config.get("window", assay::minutes{10});
    ratio_ = config.get("ratio", 0.5);
    loud_ = config.get("loud", false);
    if (fault_ == "throws in bind") throw std::runtime_error("no luck today");
    amount_ = binder.field<assay::Money>("amount");
    location_ = binder.field<std::string_view>("location");
    if (fault_ == "wrong type") binder.field<std::int64_t>("location");
    attempts_ = binder.feature<std::int64_t>("count() by card over 10m");
    if (fault_ == "unknown mark") binder.reason("odd", "{locatoin} is odd");
    if (fault_ == "text as evidence") {
      binder.reason("odd", "odd", {assay::evidence<std::string_view>("location")});
    }
    many_ = binder.reason({"too_many", "{attempts} in {window}, {amount} in {location}",
                           "something happened in {location}"},
                          {"attempts", assay::evidence<assay::Money>("amount", "EUR"),
                           assay::evidence<double>("ratio")},
                          {{"window", window_}});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) {
    if (fault_ == "throws in evaluate") throw std::runtime_error("lost my way");
    if (fault_ == "unknown reason") return assay::hit(assay::Reason(9), 0.5);
    if (fault_ == "wild score") return {ASSAY_HIT, 0, 2 * ASSAY_SCORE_ONE, 0};
    if (fault_ == "wild answer") return {17, 0, 0, 0};
    if (fault_ == "keeps a pointer") {
      if (!kept_) kept_ = row[location_];
      if (kept_ && *kept_ != row[location_]) return assay::inconclusive();
    }
    const auto attempts = row[attempts_];
    const auto amount = row[amount_];
    if (!attempts || !amount) return assay::inconclusive();
    if (*attempts <= 5) return assay::no_hit();
    explain(*amount, ratio_);
    return assay::hit(many_, 0.8, *attempts);
  }

 private:
  std::string fault_;
  assay::Duration window_{};
  double ratio_ = 0;
  bool loud_ = false;
  std::optional<std::string_view> kept_;
  assay::Field<assay::Money> amount_;
  assay::Field<std::string_view> location_;
  assay::Feature<std::int64_t> attempts_;
  assay::Reason many_;
};

}  // namespace probe
