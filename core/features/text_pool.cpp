#include "core/features/text_pool.hpp"

#include <algorithm>
#include <cstring>

namespace assay::core {

std::uint32_t TextPool::hold(std::string_view text, std::uint64_t hash) {
  if ((used_ + 1) * 4 > table_.size() * 3) grow();
  const auto mask = table_.size() - 1;
  auto at = hash & mask;
  for (; table_[at] != kNone; at = (at + 1) & mask) {
    auto& entry = entries_[table_[at]];
    if (entry.hash == hash && this->text(table_[at]) == text) {
      ++entry.holders;
      return table_[at];
    }
  }
  auto number = spare_;
  if (number == kNone) {
    number = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    spare_ = entries_[number].next_spare;
  }
  const auto block = pool_->allocate(text.size());
  if (!text.empty()) std::memcpy(pool_->at(block), text.data(), text.size());
  entries_[number] = {hash, block, static_cast<std::uint32_t>(text.size()), 1, kNone};
  table_[at] = number;
  ++used_;
  return number;
}

void TextPool::release(std::uint32_t number) {
  auto& entry = entries_[number];
  if (--entry.holders > 0) return;
  pool_->free(entry.block, entry.size);
  const auto mask = table_.size() - 1;
  auto hole = entry.hash & mask;
  while (table_[hole] != number) hole = (hole + 1) & mask;
  for (auto at = (hole + 1) & mask; table_[at] != kNone; at = (at + 1) & mask) {
    // Those whose own place lies behind the hole stay.
    const auto home = entries_[table_[at]].hash & mask;
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    table_[hole] = table_[at];
    hole = at;
  }
  table_[hole] = kNone;
  entry.next_spare = spare_;
  spare_ = number;
  --used_;
}

void TextPool::grow() {
  table_.assign(std::max<std::size_t>(16, table_.size() * 2), kNone);
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].holders > 0) place(i);
  }
}

void TextPool::place(std::uint32_t number) {
  const auto mask = table_.size() - 1;
  auto at = entries_[number].hash & mask;
  while (table_[at] != kNone) at = (at + 1) & mask;
  table_[at] = number;
}

}  // namespace assay::core
