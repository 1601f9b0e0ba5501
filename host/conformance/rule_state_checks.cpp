#include <string>

#include "host/conformance/checked_rule.hpp"
#include "host/conformance/rule_checks.hpp"

namespace assay::host::rule_check {
namespace {

constexpr std::size_t kRows = 512;
constexpr std::size_t kBatch = 64;

Judgement stateless() { return skipped("it keeps no state"); }

}  // namespace

Judgement state(const Candidate& candidate) {
  CheckedRule rule(candidate);
  if (!rule.stateful()) return stateless();
  rule.make_shared();
  auto one = rule.make();
  const SampleRows samples(one.declared.columns, candidate.seed);
  (void)rule.evaluate_in_batches(one, samples.make(0, kRows), kBatch);
  const auto saved = rule.save(one);

  auto other = rule.make();
  const auto loading = rule.load(other, saved, rule.api().state_version);
  if (loading.status != ASSAY_OK) {
    throw Broken{"`load` refuses what `save` has just written",
                 "read what is written, in the same order"};
  }
  if (!loading.at_end) {
    throw Broken{"`load` reads less than `save` has written",
                 "read what is written, in the same order"};
  }
  const auto rows = samples.make(kRows, kRows);
  CheckedRule::compare(one, rule.evaluate_in_batches(one, rows, kBatch),
                       rule.evaluate_in_batches(other, rows, kBatch),
                       "after the state was saved and loaded", "save all that answers hang on");
  rule.destroy(other);
  rule.destroy(one);
  rule.close();
  return passed(std::to_string(saved.size()) + " bytes after " + std::to_string(kRows) + " rows");
}

Judgement damaged_state(const Candidate& candidate) {
  CheckedRule rule(candidate);
  if (!rule.stateful()) return stateless();
  rule.make_shared();
  auto one = rule.make();
  const SampleRows samples(one.declared.columns, candidate.seed);
  (void)rule.evaluate_in_batches(one, samples.make(0, kRows), kBatch);
  const auto saved = rule.save(one);
  rule.destroy(one);

  const auto version = rule.api().state_version;
  const auto expect_words = [&](std::span<const std::byte> state, std::uint64_t of,
                                const std::string& what) {
    auto other = rule.make();
    const auto loading = rule.load(other, state, of);
    rule.destroy(other);
    if (loading.status == ASSAY_OK || loading.with_words) return loading.status;
    throw Broken{"`load` refuses " + what + " and does not say why",
                 "call `fail` of the host before you answer ASSAY_FAILED"};
  };
  for (const std::size_t eighths : {0, 1, 3, 7}) {
    const auto size = saved.size() * eighths / 8;
    if (size == saved.size()) continue;
    const auto status = expect_words(
        std::span(saved).first(size), version,
        "the first " + std::to_string(size) + " bytes of " + std::to_string(saved.size()));
    if (status != ASSAY_OK) continue;
    throw Broken{"`load` takes the first " + std::to_string(size) + " bytes of " +
                     std::to_string(saved.size()) + " for the whole",
                 "see that `read` of the stream gives as many bytes as you asked for"};
  }
  (void)expect_words(saved, version + 1, "a state of a later version");
  rule.close();
  return passed("cut short four times, and of a later version");
}

}  // namespace assay::host::rule_check
