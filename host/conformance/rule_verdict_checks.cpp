#include <algorithm>
#include <array>
#include <future>
#include <string>

#include "host/conformance/checked_rule.hpp"
#include "host/conformance/rule_checks.hpp"

namespace assay::host::rule_check {
namespace {

constexpr std::size_t kLargest = 4096;  // rows; the engine's batches have fewer
constexpr std::size_t kRows = 1024;
constexpr std::size_t kBatch = 64;

// Makes a rule and an instance, and hands both to the check.
template <class Body>
auto with_instance(const Candidate& candidate, Body body) {
  CheckedRule rule(candidate);
  rule.make_shared();
  auto instance = rule.make();
  auto result = body(rule, instance, SampleRows(instance.declared.columns, candidate.seed));
  rule.destroy(instance);
  rule.close();
  return result;
}

// An instance of its own for each order of calls that is compared.
template <class Body>
std::vector<RuleAnswer> fresh(CheckedRule& rule, Body body) {
  auto instance = rule.make();
  auto answers = body(instance);
  rule.destroy(instance);
  return answers;
}

std::string tally(const std::vector<RuleAnswer>& answers) {
  std::array<std::size_t, 4> counts{};
  for (const auto& answer : answers) ++counts[answer.answer];
  std::string words = std::to_string(counts[ASSAY_HIT]) + " hits, " +
                      std::to_string(counts[ASSAY_NO_HIT]) + " no hits, " +
                      std::to_string(counts[ASSAY_INCONCLUSIVE]) + " inconclusive";
  if (counts[ASSAY_ERROR] > 0) words += ", " + std::to_string(counts[ASSAY_ERROR]) + " errors";
  return words;
}

}  // namespace

Judgement empty_batch(const Candidate& candidate) {
  return with_instance(candidate, [](auto& rule, auto& instance, const SampleRows&) {
    (void)rule.evaluate(instance, {});
    return passed("no rows, no verdict");
  });
}

Judgement largest_batch(const Candidate& candidate) {
  return with_instance(candidate, [](auto& rule, auto& instance, const SampleRows& samples) {
    return passed(tally(rule.evaluate(instance, samples.make(0, kLargest))));
  });
}

Judgement extreme_values(const Candidate& candidate) {
  return with_instance(candidate, [](auto& rule, auto& instance, const SampleRows& samples) {
    return passed(tally(rule.evaluate(instance, samples.extremes())));
  });
}

// What lies in the cell of an absent value is rubbish; other rubbish must not change the answer.
Judgement absent_values(const Candidate& candidate) {
  return with_instance(candidate, [](auto& rule, auto& instance, const SampleRows& samples) {
    const auto& columns = instance.declared.columns;
    for (std::size_t column = 0; column <= columns.size(); ++column) {
      auto rows = column < columns.size() ? samples.make(0, kBatch) : samples.absent(kBatch);
      if (column < columns.size()) {
        for (auto& row : rows) row[column] = {};
      }
      const auto answers = [&](std::uint8_t rubbish) {
        return fresh(rule, [&](auto& other) {
          return rule.evaluate(other, rows, {BlockShape::Order::by_column, rubbish, 0});
        });
      };
      const auto which =
          column < columns.size() ? "`" + columns[column].name + "` is" : "everything is";
      const auto zeros = answers(0);
      for (const std::uint8_t rubbish : std::to_array<std::uint8_t>({0xdd, 0xff, 0x01})) {
        CheckedRule::compare(instance, zeros, answers(rubbish),
                             "for other bytes in the absent cells, where " + which + " absent",
                             "ask the validity byte first: absent is not zero");
      }
    }
    return passed("each column, and all of them together");
  });
}

Judgement batch_sizes(const Candidate& candidate) {
  return with_instance(candidate, [](auto& rule, auto& instance, const SampleRows& samples) {
    const auto rows = samples.make(0, kRows);
    const auto in = [&](std::size_t size) {
      return fresh(rule, [&](auto& other) { return rule.evaluate_in_batches(other, rows, size); });
    };
    const auto expected = in(512);
    for (const std::size_t size : {1, 7, 64}) {
      CheckedRule::compare(instance, expected, in(size),
                           "in batches of " + std::to_string(size) + " instead of 512",
                           "a row's verdict must not hang on the rows that come with it");
    }
    return passed(tally(expected));
  });
}

Judgement moved_batch(const Candidate& candidate) {
  return with_instance(candidate, [](auto& rule, auto& instance, const SampleRows& samples) {
    const auto rows = samples.make(0, kRows);
    const auto laid = [&](BlockShape::Order order) {
      return fresh(rule, [&](auto& other) {
        std::vector<RuleAnswer> answers;
        for (std::size_t at = 0; at < kRows; at += kBatch) {
          const auto part =
              rule.evaluate(other, std::span(rows).subspan(at, kBatch), {order, 0xdd, 0});
          answers.insert(answers.end(), part.begin(), part.end());
        }
        return answers;
      });
    };
    // Each batch lies at an address of its own, and the one before it is gone.
    const auto by_column = laid(BlockShape::Order::by_column);
    CheckedRule::compare(instance, by_column, laid(BlockShape::Order::by_row),
                         "when the batch lies elsewhere, by rows",
                         "keep no pointer into a batch, and go by each column's strides");
    return passed("by columns and by rows, each batch elsewhere");
  });
}

Judgement memory(const Candidate& candidate) {
  return with_instance(candidate, [](auto& rule, auto& instance, const SampleRows& samples) {
    if (rule.stateful()) return skipped("it is stateful: it may");
    const auto rows = samples.make(0, kRows);
    const auto expected = rule.evaluate_in_batches(instance, rows, kBatch);
    std::vector<RuleAnswer> backwards(kRows);
    auto other = rule.make();
    for (std::size_t at = kRows; at > 0; at -= kBatch) {
      const auto part = rule.evaluate(other, std::span(rows).subspan(at - kBatch, kBatch));
      std::copy(part.begin(), part.end(),
                backwards.begin() + static_cast<std::ptrdiff_t>(at - kBatch));
    }
    rule.destroy(other);
    CheckedRule::compare(instance, expected, backwards, "when the batches come in another order",
                         "ask for a feature instead of counting, or be stateful");
    return passed("the same in another order");
  });
}

// Each batch on a thread of its own, one at a time.
Judgement threads(const Candidate& candidate) {
  return with_instance(candidate, [](auto& rule, auto& instance, const SampleRows& samples) {
    const auto rows = samples.make(0, kRows);
    const auto expected =
        fresh(rule, [&](auto& other) { return rule.evaluate_in_batches(other, rows, kBatch); });
    std::vector<RuleAnswer> moved;
    for (std::size_t at = 0; at < kRows; at += kBatch) {
      const auto part = std::async(std::launch::async, [&] {
                          return rule.evaluate(instance, std::span(rows).subspan(at, kBatch));
                        }).get();
      moved.insert(moved.end(), part.begin(), part.end());
    }
    CheckedRule::compare(instance, expected, moved, "on threads that change from batch to batch",
                         "keep what an instance knows in the instance, not in its thread");
    return passed(std::to_string(kRows / kBatch) + " threads");
  });
}

Judgement housekeeping(const Candidate& candidate) {
  return with_instance(candidate, [](auto& rule, auto& instance, const SampleRows& samples) {
    if (!rule.api().tick) return skipped("it has none");
    const auto rows = samples.make(0, kRows);
    if (rule.stateful()) {
      (void)rule.evaluate(instance, rows);
      rule.tick(instance, 1'700'000'000'000'000'000);
      return passed("returns");
    }
    const auto expected = rule.evaluate_in_batches(instance, rows, kBatch);
    std::vector<RuleAnswer> ticked;
    for (std::size_t at = 0; at < kRows; at += kBatch) {
      rule.tick(instance, 1'700'000'000'000'000'000 + static_cast<std::int64_t>(at));
      const auto part = rule.evaluate(instance, std::span(rows).subspan(at, kBatch));
      ticked.insert(ticked.end(), part.begin(), part.end());
    }
    CheckedRule::compare(instance, expected, ticked, "behind a `tick`",
                         "forget in `tick` what is a cache, and nothing else");
    return passed("between batches");
  });
}

}  // namespace assay::host::rule_check
