// Reads from a row what the stores want to know of it: keys, arguments, which features count it.
//
// Texts are hashed once for each row, however many stores and features look at them.
//
// Thread: a worker's own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/features/feature_plan.hpp"
#include "core/features/history_store.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {

class RowReader final {
 public:
  // The plan must outlive it.
  explicit RowReader(const FeaturePlan& plan);

  // Of the store's key fields; false where one of them is absent.
  bool key(std::uint32_t store, const RowBlock& block, std::uint32_t row, StoreKey& key) const;

  // Turns to a row: what selects() and fill() speak of.
  void turn_to(const RowBlock& block, std::uint32_t row, FeatureCounters& counters);

  // The bits of the store's selectors whose arguments the row has; of those, the ones that count
  // the row.
  struct Selection {
    std::uint64_t complete = 0;
    std::uint64_t counting = 0;
  };
  Selection select(std::uint32_t store) const;

  // Columns, texts, time, currency and ids. They live until the next turn_to() or fill().
  void fill(std::uint32_t store, HistoryEvent& event);

 private:
  std::uint64_t identity(NamedField field);
  std::uint64_t hash_of(Slot slot);
  StoreKey hashed(const StorePlan& store, const RowBlock& block, std::uint32_t row) const;
  std::uint64_t id_of(Slot slot);

  // What a store's selectors have in common: mostly a row has everything that any of them needs.
  struct Needs {
    std::vector<Slot> slots;
    bool money = false;
    std::uint64_t all = 0;  // bits of the selectors
    std::uint64_t conditional = 0;
  };
  bool has_all(const Needs& needs) const;
  std::uint64_t complete(const StorePlan& store) const;

  const FeaturePlan* plan_;
  std::vector<Needs> needs_;  // by store
  IdHasher hasher_;
  const RowBlock* block_ = nullptr;
  std::uint32_t row_ = 0;
  std::uint64_t turn_ = 0;  // counts the rows
  bool has_currency_ = false;
  std::uint32_t currency_ = 0;
  struct Hash {
    std::uint64_t turn = 0;
    std::uint64_t value = 0;
  };
  std::vector<Hash> hashes_;  // of texts, by slot
  std::vector<std::unique_ptr<Condition>> conditions_;
  std::vector<Truth> truths_;  // of the row, per condition
  std::array<std::int64_t, kMostColumns> columns_{};
  std::array<std::string_view, kMostColumns> texts_;
  std::array<assay_token, kMostColumns> tokens_{};
};

}  // namespace assay::core
