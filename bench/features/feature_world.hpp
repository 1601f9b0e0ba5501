// Twenty features over four keys, and a stream of transactions to compute them for.
//
// Rows are put into the block as the decoder would put them; a stream is the same on every run.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/features/plain_features.hpp"
#include "bench/support/key_stream.hpp"
#include "core/features/feature_engine.hpp"
#include "core/features/feature_plan.hpp"
#include "host/runtime/large_pages.hpp"

namespace assay::bench {

struct Stream {
  std::uint64_t cards = 1'000'000;
  std::uint64_t merchants = 50'000;
  Keys keys = Keys::uniform;
  std::uint32_t late_per_mille = 0;
  std::int64_t step = 5'000'000;  // nanoseconds between transactions, whole milliseconds
  std::uint32_t exact_events = 4096;
  std::uint64_t memory = 0;  // bytes that history may take; 0: no limit
};

class FeatureWorld {
 public:
  FeatureWorld(const std::vector<std::string>& features, Stream stream);

  // Puts `rows` transactions into the block and computes their features.
  void batch(std::uint32_t rows);
  // The same without features: what the bench itself costs.
  void batch_without(std::uint32_t rows);
  // The same with the features written the plain way; the answers of the last row.
  PlainFeatures::Answers batch_plain(std::uint32_t rows, PlainFeatures& plain);
  // The engine's answers for a row.
  PlainFeatures::Answers answers(std::uint32_t row) const;

  core::PartitionHistory& history() { return *history_; }
  const core::FeaturePlan& plan() const { return plan_; }
  const core::RowBlock& block() const { return *block_; }
  const std::vector<core::Slot>& slots() const { return slots_; }
  const core::FeatureCounters& counters() const { return engine_->counters(); }

 private:
  void fill(std::uint32_t rows);
  void put(std::uint32_t row);

  Stream stream_;
  KeyStream keys_;
  host::LargePages memory_;  // as the host hands it in
  core::Layout layout_;
  core::FeaturePlan plan_;
  std::unique_ptr<core::RowBlock> block_;
  std::unique_ptr<core::PartitionHistory> history_;
  std::unique_ptr<core::SharedHistory> shared_;
  std::unique_ptr<core::FeatureEngine> engine_;
  core::NoStripeLock no_lock_;
  std::vector<core::FeatureEngine::Origin> origins_;
  std::vector<core::Slot> slots_;
  std::int64_t now_ = 1'700'000'000'000'000'000;
  std::int64_t offset_ = 0;
};

// Five features of each of four keys; every aggregate is among them.
std::vector<std::string> twenty_features();

}  // namespace assay::bench
