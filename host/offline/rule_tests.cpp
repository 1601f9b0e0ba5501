#include "host/offline/rule_tests.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "host/offline/test_run.hpp"

namespace assay::host {
namespace {

// Number of a transaction: the answer that is expected of it. Those that are not named get "no
// hit".
using Expected = std::map<std::size_t, std::uint16_t>;

Expected read_expected(const Node& expect, std::size_t events, Diagnostics& diagnostics) {
  constexpr std::array<std::pair<const char*, std::uint16_t>, 3> kLists{
      {{"hits", ASSAY_HIT}, {"inconclusive", ASSAY_INCONCLUSIVE}, {"errors", ASSAY_ERROR}}};
  Expected expected;
  for (const auto& [key, answer] : kLists) {
    const auto* list = expect.find(key);
    if (!list) continue;
    for (const auto number : read_numbers(*list, events, diagnostics)) expected[number] = answer;
  }
  return expected;
}

class RuleTest {
 public:
  RuleTest(Assembly& assembly, OfflineEngine& engine) : run_(assembly, engine), engine_(&engine) {}

  // Nothing where the test is not written as one.
  std::optional<TestResult> run(const RuleConfig& rule, const Node& test,
                                Diagnostics& diagnostics) {
    const auto before = diagnostics.errors();
    const auto events = run_.read(*test.find("events"), diagnostics);
    const auto expected = read_expected(*test.find("expect"), events.size(), diagnostics);
    if (diagnostics.errors() > before || !engine_->begin_anew(diagnostics)) return std::nullopt;

    TestResult result{.rule = rule.id,
                      .name = test.find("name")->text,
                      .span = test.span,
                      .events = events.size(),
                      .refused = {},
                      .surprises = {}};
    for (std::size_t i = 0; i < events.size(); ++i) {
      auto judged = run_.judge(events[i], i + 1);
      if (!judged) {
        result.refused = "transaction " + std::to_string(i + 1) + " is none: " + judged.error();
        break;
      }
      const auto wanted = expected.find(i + 1);
      compare(rule.id, i + 1,
              wanted == expected.end() ? std::uint16_t{ASSAY_NO_HIT} : wanted->second,
              std::move(*judged), result);
    }
    return result;
  }

 private:
  // A duplicate gets no verdict: it would not be judged.
  static void compare(const std::string& rule, std::size_t number, std::uint16_t wanted,
                      std::optional<Judged> judged, TestResult& result) {
    Surprise surprise{.number = number,
                      .expected = std::string(answer_name(wanted)),
                      .got = "dropped as a duplicate",
                      .words = {},
                      .parts = {},
                      .values = {}};
    if (judged) {
      const auto* verdict = judged->verdict(rule);
      if (verdict && verdict->answer == wanted) return;
      surprise.got = verdict ? answer_name(verdict->answer) : "no verdict";
      if (verdict) surprise.words = verdict->words.empty() ? verdict->failure : verdict->words;
      if (verdict) surprise.parts = verdict->parts;
      surprise.values = std::move(judged->fields);
    }
    result.surprises.push_back(std::move(surprise));
  }

  TestRun run_;
  OfflineEngine* engine_;
};

}  // namespace

void run_rule_tests(Assembly& assembly, OfflineEngine& engine, const std::string& only_rule,
                    const std::function<void(const TestResult&)>& tell, Diagnostics& diagnostics) {
  RuleTest runner(assembly, engine);
  for (const auto& rule : assembly.config().rules) {
    if (!only_rule.empty() && rule.id != only_rule) continue;
    for (const auto& test : rule.tests.items) {
      if (const auto result = runner.run(rule, test, diagnostics)) tell(*result);
    }
  }
}

}  // namespace assay::host
