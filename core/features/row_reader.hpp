// Reads from a row what the stores want to know of it: keys, arguments, which features count it.
//
// What several stores ask for is read, and texts are hashed, once for each row.
//
// Thread: a worker's own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/features/feature_plan.hpp"
#include "core/features/history_store.hpp"
#include "core/model/cell_place.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {

class RowReader final {
 public:
  // The plan must outlive it; rows are of that layout.
  RowReader(const FeaturePlan& plan, const Layout& layout);

  // Of the store's key fields; false where one of them is absent.
  bool key(std::uint32_t store, const RowBlock& block, std::uint32_t row, StoreKey& key) const;

  // Turns to a row: what select() speaks of. The event gets its currency, and texts that live until
  // the next turn.
  void turn_to(const RowBlock& block, std::uint32_t row, HistoryEvent& event,
               FeatureCounters& counters);

  // The bits of the store's selectors whose arguments the row has; of those, the ones that count
  // the row.
  struct Selection {
    std::uint64_t complete = 0;
    std::uint64_t counting = 0;
  };
  // And for the event what the store takes of the row: ids, and columns that live until the next
  // call.
  Selection select(std::uint32_t store, HistoryEvent& event);

 private:
  struct KeyField {
    CellPlace at;
    FieldType type;
  };
  // An argument, whichever stores take it.
  struct Argument {
    // number: eight bytes as they are; hash: of a text; half: of a token; text, token: for a view
    enum class How : std::uint8_t { number, hash, half, text, token };
    static How how(const FeatureColumn& column);
    CellPlace at;
    How how_read;
    FeatureColumn column;
  };
  // What a selector needs of a row.
  struct Needs {
    std::vector<CellPlace> cells;
    bool money = false;
    std::int32_t condition = -1;
  };
  struct Store {
    std::vector<KeyField> key;
    bool hashed = false;                   // the key is more than 128 bits, or a text
    std::vector<std::uint32_t> arguments;  // by column
    std::vector<Needs> selectors;
    // What the selectors have in common: mostly a row has everything that any of them needs.
    Needs any;
    std::uint64_t all = 0;  // bits of the selectors
    std::uint64_t conditional = 0;
    bool reversals = false;
  };

  Store make_store(const StorePlan& plan, const Layout& layout);
  std::uint32_t argument(const FeatureColumn& column, const Layout& layout);
  StoreKey hashed(const Store& store, const RowBlock& block, const std::byte* cells) const;
  void read(std::size_t argument, const RowBlock& block);
  std::uint64_t id_of(const KeyField& id, const RowBlock& block) const;
  bool has_all(const Needs& needs) const {
    if (needs.money && !money_) return false;
    for (const auto& cell : std::span(needs.cells)) {
      if (!cell.has(cells_)) return false;
    }
    return true;
  }
  std::uint64_t complete(const Store& store) const;
  std::uint64_t not_counting(const Store& store, std::uint64_t conditional) const;

  IdHasher hasher_;
  std::vector<Store> stores_;
  std::vector<Argument> arguments_;
  std::optional<CellPlace> currency_at_;
  std::optional<KeyField> id_at_;  // where transactions are taken back
  std::optional<KeyField> reverses_at_;
  std::vector<std::unique_ptr<Condition>> conditions_;

  // Of the row.
  const std::byte* cells_ = nullptr;
  bool money_ = false;  // it has the currency that money needs
  std::uint64_t id_ = 0;
  std::uint64_t reverses_ = 0;
  std::vector<std::int64_t> values_;  // by argument
  std::vector<std::string_view> texts_;
  std::vector<assay_token> tokens_;
  std::vector<Truth> truths_;                         // by condition
  std::array<std::int64_t, kMostColumns> columns_{};  // of the store
};

inline RowReader::Selection RowReader::select(std::uint32_t store, HistoryEvent& event) {
  const auto& of = stores_[store];
  auto* to = columns_.data();
  const auto* const values = values_.data();
  for (const auto argument : std::span(of.arguments)) *to++ = values[argument];
  event.columns = columns_.data();
  if (of.reversals) {
    event.id = id_;
    event.reverses = reverses_;
  }
  Selection selection;
  selection.complete = has_all(of.any) ? of.all : complete(of);
  const auto conditional = selection.complete & of.conditional;
  selection.counting = selection.complete;
  if (conditional != 0) selection.counting &= ~not_counting(of, conditional);
  return selection;
}

}  // namespace assay::core
