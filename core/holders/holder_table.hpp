// All account holders in memory, and the joining of transactions with them.
//
// A holder is one packed record: the key, the cells that the plan wants, their texts, their
// validity. A later record of the same key replaces the earlier one whole. Joining allocates
// nothing, and a million holders cost about 40 bytes each beside what was bound of them.
//
// Thread: one writer, or any number of joins, at a time; the host sees to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/holders/holder_index.hpp"
#include "core/holders/holder_plan.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {

// Per row.
struct JoinCounts {
  std::uint64_t known = 0;
  std::uint64_t unknown = 0;  // no such holder, or the row names none
  std::uint64_t no_room = 0;  // known, but the block had no room for the texts: all stay absent
};

class HolderTable final {
 public:
  explicit HolderTable(HolderPlan plan);
  ~HolderTable();
  HolderTable(HolderTable&& other) noexcept;
  HolderTable& operator=(HolderTable&&) = delete;

  const HolderPlan& plan() const { return plan_; }
  std::size_t size() const { return index_.size(); }
  // Of the records, with what the allocator adds, and of the index.
  std::size_t bytes() const { return record_bytes_ + index_.bytes(); }
  // Of the texts of the holder that had most: what a block's arena should have left for each row.
  std::uint32_t most_text() const { return most_text_; }

  // Takes a row of the holders' layout. False where it has no key: nothing is changed.
  bool upsert(const RowBlock& holders, std::uint32_t row);
  // Forgets the holder that the row's key names; no other slot is looked at. False where there was
  // none.
  bool erase(const RowBlock& holders, std::uint32_t row);

  // Fills the `holder.*` slots of all rows of a block of the transactions' layout.
  JoinCounts join(RowBlock& transactions) const { return join(transactions, targets_); }
  // The same of a block of another layout.
  JoinCounts join(RowBlock& transactions, const HolderPlan::Targets& targets) const;

 private:
  using Record = HolderIndex::Record;

  std::uint32_t hash(const RowBlock& block, std::uint32_t row, Slot key) const;
  std::size_t find(const RowBlock& block, std::uint32_t row, Slot key, std::uint32_t hash) const;
  std::string_view key_text(const Record& record) const;
  std::uint32_t fixed_size() const;
  // Where the texts begin that a transaction gets.
  std::uint32_t texts_of(const Record& record) const;
  void pack(const RowBlock& holders, std::uint32_t row, Record& record) const;
  bool copy(const Record& record, RowBlock& transactions, std::uint32_t row,
            const HolderPlan::Targets& targets) const;
  void free(Record* record);

  HolderPlan plan_;
  HolderPlan::Targets targets_;  // its own
  HolderIndex index_;
  std::size_t record_bytes_ = 0;
  std::uint32_t most_text_ = 0;
};

}  // namespace assay::core
