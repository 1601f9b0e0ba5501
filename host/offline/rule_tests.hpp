// The tests that stand beside the rules: transactions go in on a virtual clock, the rule's answers
// are compared with those its author expects.
//
// Each test begins without history, and all rules of the configuration judge, so what is tested is
// what will run. Numbers of transactions count from 1, in the order of arrival.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/offline/offline_engine.hpp"

namespace assay::host {

// One answer that was not the expected one.
struct Surprise {
  std::size_t number = 0;  // of the transaction
  std::string expected;    // "hit", "no_hit", ...; of a whole configuration in words
  std::string got;
  std::string words;                // the reasons', of hits; why, of errors
  std::vector<JudgedPart> parts;    // of its condition, for a rule without code
  std::vector<JudgedField> values;  // what the rule could read, as it was for that transaction
};

struct TestResult {
  std::string rule;  // empty: the whole configuration
  std::string name;
  Span span;
  std::size_t events = 0;
  std::string refused;  // the transaction that was none, and why; empty when all were read
  std::vector<Surprise> surprises;

  [[nodiscard]] bool passed() const { return refused.empty() && surprises.empty(); }
};

// Runs all of them, or those of one rule; tells each result as it comes. Faults in how a test is
// written are diagnostics, and the test is left out.
void run_rule_tests(Assembly& assembly, OfflineEngine& engine, const std::string& only_rule,
                    const std::function<void(const TestResult&)>& tell, Diagnostics& diagnostics);

}  // namespace assay::host
