#include "host/offline/rule_tests.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "host/config/members.hpp"
#include "host/config/values.hpp"
#include "host/enrich/holder_batch.hpp"
#include "host/offline/test_events.hpp"

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
    for (const auto& item : list->items) {
      const auto number = parse_integer(item.text);
      if (!number || *number < 1 || static_cast<std::size_t>(*number) > events) {
        diagnostics.add(
            {.code = Code::bad_value,
             .message = "the test has no transaction number " + quoted_for_message(item),
             .span = item.span,
             .note = "it has " + std::to_string(events) + ", counted from 1"});
        continue;
      }
      expected[static_cast<std::size_t>(*number)] = answer;
    }
  }
  return expected;
}

class RuleTest {
 public:
  RuleTest(Assembly& assembly, OfflineEngine& engine) : assembly_(&assembly), engine_(&engine) {}

  // Nothing where the test is not written as one.
  std::optional<TestResult> run(const RuleConfig& rule, const Node& test,
                                Diagnostics& diagnostics) {
    const auto* holders = assembly_->holders();
    const auto before = diagnostics.errors();
    const auto events = read_test_events(*test.find("events"), assembly_->decisions().schema,
                                         holders ? &holders->schema : nullptr, diagnostics);
    const auto expected = read_expected(*test.find("expect"), events.size(), diagnostics);
    if (diagnostics.errors() > before || !engine_->begin_anew(diagnostics)) return std::nullopt;

    TestResult result{.rule = rule.id,
                      .name = test.find("name")->text,
                      .span = test.span,
                      .events = events.size(),
                      .refused = {},
                      .surprises = {}};
    for (std::size_t i = 0; i < events.size(); ++i) {
      introduce(events[i]);
      auto judged =
          engine_->judge(to_message(events[i], assembly_->decisions().schema, i + 1, currency()));
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
  // A deployment without a default one wants it in every message, which is not what tests are
  // about.
  [[nodiscard]] std::string currency() const {
    return assembly_->config().default_currency.empty() ? "EUR" : std::string();
  }
  // Puts the customer of an event into the table of account holders.
  void introduce(const TestEvent& event) {
    auto* holders = engine_->holders();
    if (!holders || event.holder.empty()) return;
    const auto record = to_holder(event, assembly_->decisions().schema, holders->schema(),
                                  assembly_->config().holders->key);
    HolderBatch batch(*holders, decode_options(*assembly_, nullptr));
    batch.upsert({record, {}, {0}, {0}, event.time});
    batch.flush();
  }

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
      if (verdict) surprise.words = verdict->words;
      if (verdict) surprise.parts = verdict->parts;
      surprise.values = std::move(judged->fields);
    }
    result.surprises.push_back(std::move(surprise));
  }

  Assembly* assembly_;
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
