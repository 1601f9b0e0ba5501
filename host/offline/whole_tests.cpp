#include "host/offline/whole_tests.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "host/config/schema.hpp"
#include "host/config/yaml_tree.hpp"
#include "host/diagnostics/nearest.hpp"
#include "host/offline/test_run.hpp"

namespace assay::host {
namespace {

using Numbers = std::set<std::size_t>;

struct Expected {
  Numbers review;
  Numbers decline;
  Numbers refused;  // are no transactions
  std::map<std::string, Numbers> hits;
  std::map<std::string, Numbers> sinks;
};

class Reader {
 public:
  Reader(std::size_t events, Diagnostics& diagnostics)
      : events_(events), diagnostics_(&diagnostics) {}

  Numbers numbers(const Node* list) {
    if (!list) return {};
    const auto all = read_numbers(*list, events_, *diagnostics_);
    return {all.begin(), all.end()};
  }

  // By the name of a rule or a sink, which has to be one of those.
  std::map<std::string, Numbers> by_name(const Node* map, const std::string& what,
                                         const std::vector<std::string>& names) {
    std::map<std::string, Numbers> all;
    if (!map) return all;
    for (const auto& entry : map->entries) {
      if (std::ranges::find(names, entry.key) == names.end()) {
        diagnostics_->add({.code = Code::bad_value,
                           .message = "no " + what + " is called `" + entry.key + "`",
                           .span = entry.key_span,
                           .help = did_you_mean(entry.key, names)});
        continue;
      }
      all[entry.key] = numbers(&entry.value);
    }
    return all;
  }

 private:
  std::size_t events_;
  Diagnostics* diagnostics_;
};

std::string list(const std::vector<std::string>& words, const char* where_none) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? where_none : text;
}

class WholeTest {
 public:
  WholeTest(Assembly& assembly, OfflineEngine& engine) : run_(assembly, engine), engine_(&engine) {
    for (const auto& rule : assembly.rules()) rules_.push_back(rule.config->id);
    const auto& stream = assembly.decisions();
    for (std::size_t i = 0; i < stream.steps.size(); ++i) {
      sink_of_[stream.blueprint->steps[i].id] = stream.steps[i]->sink;
      sinks_.push_back(stream.steps[i]->sink);
    }
  }

  // Nothing where the test is not written as one.
  std::optional<TestResult> run(const Node& test, Diagnostics& diagnostics) {
    const auto before = diagnostics.errors();
    const auto events = run_.read(*test.find("events"), diagnostics);
    const auto expected = read(*test.find("expect"), events.size(), diagnostics);
    if (diagnostics.errors() > before || !engine_->begin_anew(diagnostics)) return std::nullopt;
    TestResult result;
    result.name = test.find("name")->text;
    result.span = test.span;
    result.events = events.size();
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto judged = run_.judge(events[i], i + 1);
      if (!judged) {
        if (!expected.refused.contains(i + 1)) {
          result.surprises.push_back({i + 1, "a decision", "refused", judged.error(), {}, {}});
        }
      } else if (*judged) {
        compare(expected, i + 1, **judged, result);
      } else {
        result.surprises.push_back({i + 1, "a decision", "dropped as a duplicate", {}, {}, {}});
      }
    }
    return result;
  }

 private:
  Expected read(const Node& expect, std::size_t events, Diagnostics& diagnostics) const {
    Reader reader(events, diagnostics);
    Expected expected;
    expected.review = reader.numbers(expect.find("review"));
    expected.decline = reader.numbers(expect.find("decline"));
    expected.refused = reader.numbers(expect.find("refused"));
    expected.hits = reader.by_name(expect.find("hits"), "rule", rules_);
    expected.sinks = reader.by_name(expect.find("sinks"), "sink of a chain of decisions", sinks_);
    return expected;
  }

  void compare(const Expected& expected, std::size_t number, const Judged& judged,
               TestResult& result) const {
    std::vector<std::string> hits;
    std::string words;
    for (const auto& verdict : judged.verdicts) {
      if (verdict.answer != ASSAY_HIT) continue;
      hits.push_back(verdict.rule);
      words += (words.empty() ? "" : "; ") + verdict.words + " (" + verdict.rule + ")";
    }
    std::set<std::string> taken;
    for (const auto& step : judged.steps) taken.insert(sink_of_.at(step));

    const auto surprise = [&](std::string wanted, std::string got) {
      result.surprises.push_back({number, std::move(wanted), std::move(got), words, {}, {}});
    };
    const std::string wanted = expected.refused.contains(number)   ? "refused"
                               : expected.decline.contains(number) ? "decline"
                               : expected.review.contains(number)  ? "review"
                                                                   : "approve";
    const auto got = std::string(core::to_string(judged.outcome));
    if (wanted != got) surprise(wanted, got);
    for (const auto& [rule, numbers] : expected.hits) {
      const bool hit = std::ranges::find(hits, rule) != hits.end();
      if (hit == numbers.contains(number)) continue;
      surprise(std::string(hit ? "no hit of " : "a hit of ") + rule,
               "hits of " + list(hits, "no rule"));
    }
    for (const auto& [sink, numbers] : expected.sinks) {
      if (taken.contains(sink) == numbers.contains(number)) continue;
      surprise(std::string(taken.contains(sink) ? "no record for " : "a record for ") + sink,
               "records for " + list({taken.begin(), taken.end()}, "no sink"));
    }
  }

  TestRun run_;
  OfflineEngine* engine_;
  std::vector<std::string> rules_;
  std::vector<std::string> sinks_;
  std::map<std::string, std::string> sink_of_;  // by the step's id
};

}  // namespace

void run_whole_tests(Assembly& assembly, OfflineEngine& engine, const std::string& file,
                     const std::function<void(const TestResult&)>& tell, Diagnostics& diagnostics) {
  const auto source = Source::load(file, max_config_bytes);
  if (!source) {
    diagnostics.add(
        {.code = Code::file_unreadable, .message = "cannot read " + file + ": " + source.error()});
    return;
  }
  const auto before = diagnostics.errors();
  auto document = parse_yaml(*source, diagnostics);
  if (diagnostics.errors() == before) {
    whole_tests_schema().check(document, diagnostics, {});
  }
  if (diagnostics.errors() > before) return;
  WholeTest runner(assembly, engine);
  for (const auto& test : document.find("tests")->items) {
    if (const auto result = runner.run(test, diagnostics)) tell(*result);
  }
}

}  // namespace assay::host
