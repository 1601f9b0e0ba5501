#include <assay/plugin.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "host/conformance/checked_rule.hpp"
#include "host/conformance/deployment.hpp"
#include "host/conformance/host_faults.hpp"
#include "host/conformance/noted.hpp"
#include "host/conformance/resources.hpp"
#include "host/conformance/rule_checks.hpp"
#include "host/plugins/rule_plugin.hpp"

namespace assay::host::rule_check {
namespace {

constexpr std::size_t kRows = 8;

std::string count(std::size_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

// One whole life.
void live(const Candidate& candidate) {
  CheckedRule rule(candidate);
  try {
    rule.make_shared();
    auto instance = rule.make();
    try {
      const auto rows = SampleRows(instance.declared.columns, candidate.seed).make(0, kRows);
      (void)rule.evaluate(instance, rows);
      rule.tick(instance, 0);
      if (rule.stateful()) {
        (void)rule.load(instance, rule.save(instance), rule.api().state_version);
      }
    } catch (const Refused&) {
      rule.destroy(instance);
      throw;
    }
    rule.destroy(instance);
  } catch (const Refused&) {
    rule.close();
    throw;
  }
  rule.close();
}

}  // namespace

Judgement settings(const Candidate& candidate) {
  CheckedRule rule(candidate);
  const std::string first = rule.api().describe();
  if (first != rule.api().describe()) {
    throw Broken{"`describe` answers another text the second time", "answer a constant"};
  }
  rule.close();
  const auto entries = rule.settings().entries.size();
  return passed(candidate.settings ? "took those of --settings"
                                   : "needs " + count(entries, "setting") + ", out of its schema");
}

Judgement binding(const Candidate& candidate) {
  CheckedRule rule(candidate);
  rule.make_shared();
  auto one = rule.make();
  auto other = rule.make();
  if (one.declared != other.declared) {
    throw Broken{"its second instance declares other fields, features or reasons than its first",
                 "declare by the settings alone, in the same order each time"};
  }
  rule.destroy(one);
  rule.destroy(other);
  rule.close();
  const auto features = std::ranges::count_if(one.declared.columns, [](const auto& column) {
    return column.origin == DeclaredColumn::Origin::feature;
  });
  const auto fields = std::ranges::count_if(one.declared.columns, [](const auto& column) {
    return column.origin == DeclaredColumn::Origin::field;
  });
  return passed(count(static_cast<std::size_t>(fields), "field") + ", " +
                count(static_cast<std::size_t>(features), "feature") + ", " +
                count(one.declared.reasons.size(), "reason"));
}

// As `assay validate` binds it.
Judgement names(const Candidate& candidate) {
  RuleConfig rule;
  rule.id = "validated";
  rule.use = candidate.copy;
  rule.parameters = CheckedRule(candidate).settings();
  Deployment deployment(candidate);
  auto scope = deployment.scope(ASSAY_DECISION, Scope::Stage::before_rules);
  auto& diagnostics = deployment.diagnostics();
  const auto loaded = scope.add(rule, diagnostics)
                          ? RulePlugin::load(rule, deployment.loader(), diagnostics)
                          : nullptr;
  if (!loaded || !loaded->make_instance(0, 1, scope, diagnostics)) return deployment.refusal();
  return passed(candidate.config ? "those of the configuration" : "those of the sample");
}

Judgement note(const Candidate& candidate) {
  if (!candidate.inspection.note) {
    return skipped("it has no note; ASSAY_RULE or ASSAY_NOTE write one");
  }
  CheckedRule rule(candidate);
  rule.make_shared();
  auto instance = rule.make();
  const auto declared = instance.declared;
  rule.destroy(instance);
  rule.close();
  return compare_with_note(candidate, declared, rule.settings());
}

Judgement missing_interfaces(const Candidate& candidate) {
  return judge_without_interfaces([&] { live(candidate); });
}

Judgement host_errors(const Candidate& candidate) {
  return judge_host_faults([&] { live(candidate); });
}

Judgement instances(const Candidate& candidate) {
  CheckedRule rule(candidate);
  rule.make_shared();
  auto alone = rule.make();
  const auto rows = SampleRows(alone.declared.columns, candidate.seed).make(0, 512);
  const auto expected = rule.evaluate_in_batches(alone, rows, 64);
  rule.destroy(alone);

  auto one = rule.make();
  auto other = rule.make();
  const auto others = SampleRows(other.declared.columns, candidate.seed + 1).make(0, 512);
  std::vector<RuleAnswer> together;
  for (std::size_t at = 0; at < rows.size(); at += 64) {
    const auto part = rule.evaluate(one, std::span(rows).subspan(at, 64));
    together.insert(together.end(), part.begin(), part.end());
    (void)rule.evaluate(other, std::span(others).subspan(at, 64));
  }
  rule.destroy(other);
  rule.destroy(one);
  CheckedRule::compare(alone, expected, together, "while another instance is at work",
                       "keep what an instance knows in the instance, not in a static variable");
  rule.close();
  return passed("two at work in turn");
}

Judgement growth(const Candidate& candidate) {
  CheckedRule rule(candidate);
  return judge_growth([&] {
    rule.make_shared();
    auto instance = rule.make();
    const auto rows = SampleRows(instance.declared.columns, candidate.seed).make(0, kRows);
    (void)rule.evaluate(instance, rows);
    rule.destroy(instance);
    rule.destroy_shared();
  });
}

}  // namespace assay::host::rule_check
