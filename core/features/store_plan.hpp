// What one store keeps of each key, and what it answers: the part of the plan that a store needs.
//
// A store stands for one tuple of key fields. Its features share what is kept: a column for each
// argument, a selector for each set of transactions that some feature counts.
//
// Built at load, immutable at run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/features/aggregate.hpp"
#include "core/model/layout.hpp"

namespace assay::core {

struct NamedField {
  Slot slot;
  FieldType type = FieldType::int64;
};

// One argument as the store takes it.
struct FeatureColumn {
  // number: the cell's 64 bits; identity: 64 bits that tell texts or tokens apart; text: their
  // bytes themselves.
  enum class Kind : std::uint8_t { number, identity, text };
  NamedField field;
  Kind kind = Kind::number;
};

// Which transactions a feature counts: those with these arguments, for which its `where` holds.
struct Selector {
  std::int32_t condition = -1;  // number of the plan's condition; -1 for none
  std::vector<Slot> present;
  bool money = false;  // only those in the row's currency
};
inline constexpr std::size_t kMostSelectors = 64;  // of one store
inline constexpr std::size_t kMostColumns = 32;

struct StoreFeature {
  Aggregate aggregate = Aggregate::count;
  FieldType argument = FieldType::int64;
  std::uint32_t selector = 0;
  std::uint32_t columns[2] = {0, 0};
  std::int64_t window = 0;  // nanoseconds; `retention` where the feature has none
  bool previous = false;
};

struct StorePlan {
  std::vector<std::string> key_names;  // sorted
  std::vector<NamedField> keys;
  bool shared = false;  // in the process, because the key occurs in several partitions
  bool reversals = false;
  std::vector<FeatureColumn> columns;
  std::vector<Selector> selectors;
  std::vector<StoreFeature> features;
};

}  // namespace assay::core
