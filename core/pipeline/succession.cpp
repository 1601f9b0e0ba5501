// How a pipeline and a partition go on under another configuration: between two batches, with all
// that is remembered and counted.
#include <algorithm>
#include <utility>

#include "core/model/invariant.hpp"
#include "core/pipeline/pipeline.hpp"

namespace assay::core {

void Pipeline::succeed(const Pipeline& elder) {
  invariant(empty() && elder.empty(), "a pipeline goes on between two batches");
  auto rules = std::exchange(counters_, elder.counters_).rules;
  const auto& theirs = elder.blueprint_->rules;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto known = std::ranges::find(theirs, blueprint_->rules[i].id, &RuleInfo::id);
    if (known == theirs.end()) continue;
    rules[i] = elder.counters_.rules[static_cast<std::size_t>(known - theirs.begin())];
    rules[i].breaker = {};
    rules[i].demoted = false;
  }
  counters_.rules = std::move(rules);
  breakers_.succeed(elder.breakers_);
  count_breakers();
  if (features_) features_->count_on(elder.counters_.features);
  newest_ = elder.newest_;
}

void Shard::succeed(const std::vector<Step>& steps, const FeaturePlan* features,
                    std::size_t history_bytes) {
  invariant(steps.size() == steps_->size(), "the steps are the same ones");
  stop_save();
  steps_ = &steps;
  start_.features = features;
  start_.history_bytes = history_bytes;
  if (features == nullptr) {
    history_.reset();
    return;
  }
  if (history_) {
    history_->succeed(*features);
  } else {
    history_ = std::make_unique<PartitionHistory>(*features);
  }
  history_->limit_bytes(history_bytes);
}

}  // namespace assay::core
