// Of the pipeline: which alerts are not told again.
#include <algorithm>
#include <functional>
#include <string_view>

#include "core/pipeline/pipeline.hpp"

namespace assay::core {
namespace {

// For a decision without a hit: what its review is about.
constexpr std::uint64_t kNoRule = UINT64_MAX;

// Finalizer of SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
// Generators", 2014).
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

std::uint64_t hash_of(const RowBlock& block, std::uint32_t row, Slot slot, FieldType type) {
  if (type == FieldType::text) return std::hash<std::string_view>{}(block.text(row, slot));
  if (type == FieldType::token) {
    const auto token = block.token(row, slot);
    return token.high ^ mixed(token.low);
  }
  return mixed(static_cast<std::uint64_t>(block.int64(row, slot)));
}

}  // namespace

void Pipeline::cool_down() {
  for (std::size_t step = 0; step < silent_.size(); ++step) {
    if (blueprint_->steps[step].cooldown) cool_down(step);
  }
}

// What is replayed was told in its time. What a person has put back is told whatever was told
// before, and so is what is about nobody in particular.
void Pipeline::cool_down(std::size_t step) {
  auto& silent = silent_[step];
  silent.assign(block_->rows(), false);
  for (std::uint32_t row = 0; row < block_->rows(); ++row) {
    if (only_step_[row] != kEveryStep || !passes(step, row)) continue;
    if (!blueprint_->customer || !block_->has(row, *blueprint_->customer)) continue;
    name_alerts(row);
    const auto& [shard, time] = happened_[row];
    if (shard->alerts(step).let_through(alerts_, time)) continue;
    silent[row] = true;
    counters_.cooled_down[step] += !muted_[row];
  }
}

void Pipeline::name_alerts(std::uint32_t row) {
  const auto slot = *blueprint_->customer;
  const auto customer = hash_of(*block_, row, slot, blueprint_->layout[slot].type);
  alerts_.clear();
  for (const auto& noted : decisions_.of(row)) {
    if (noted.answer != ASSAY_HIT || noted.mode != RuleMode::live) continue;
    alerts_.push_back(mixed(customer + mixed(noted.rule)));
  }
  if (alerts_.empty()) alerts_.push_back(mixed(customer + mixed(kNoRule)));
}

}  // namespace assay::core
