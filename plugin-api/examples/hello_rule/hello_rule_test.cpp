// Built by: c++ -std=c++20 -Iinclude hello_rule.cpp hello_rule_test.cpp -o hello_rule_test
// (any test framework does; this one is plain so that it needs none).
#include <assay/testing.hpp>
#include <iostream>

int main() {
  assay::testing::RuleUnderTest rule{{{"from", "300.00"}}};
  const auto verdict = rule.evaluate({{"amount", assay::Money::of(400)}});
  std::cout << verdict.words << "\n";
  const auto passed = verdict.hit() && verdict.reason == "round_amount" &&
                      rule.evaluate({{"amount", assay::Money::of(200)}}).no_hit() &&
                      rule.evaluate({{"amount", assay::Money::of(450)}}).no_hit() &&
                      rule.evaluate({}).inconclusive();
  return passed ? 0 : 1;
}
