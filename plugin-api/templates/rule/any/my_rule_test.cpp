// Tests the rule through its C table, without an engine: its own source is linked into this test.
// Plain, so that it needs no test framework; any does.
#include <assay/testing.hpp>
#include <cstdlib>
#include <iostream>

namespace {

using assay::Money;
using assay::testing::RuleUnderTest;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "failed: " << what << "\n";
  std::exit(1);
}

}  // namespace

int main() {
  RuleUnderTest rule{{{"limit", "200.00"}}};
  const auto answer = rule.evaluate({{"amount", Money::of(201)}});
  expect(answer.hit(), "more than the limit hits");
  expect(answer.reason == "my_rule", "the reason has a name");
  expect(answer.words == "amount 201.00 is more than 200.00", "the analyst reads why");
  expect(rule.evaluate({{"amount", Money::of(200)}}).no_hit(), "the limit itself does not hit");
  expect(rule.evaluate({}).inconclusive(), "nothing is said about a payment without an amount");
}
