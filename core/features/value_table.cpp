#include "core/features/value_table.hpp"

#include <utility>

namespace assay::core {
namespace {

constexpr std::uint32_t kMany = 16;  // places

}  // namespace

ValueTable::Entry& ValueTable::insert(std::uint64_t value) {
  if (*handle_ == 0 || is_full()) grow();
  ++head().size;
  auto& made = free_place(value);
  made = {value, 0, 0};
  return made;
}

// There must be one.
ValueTable::Entry& ValueTable::free_place(std::uint64_t value) const {
  const auto capacity = head().capacity;
  auto* const all = entries();
  auto i = home(value, capacity);
  while (all[i].first != kEmpty) i = i + 1 == capacity ? 0 : i + 1;
  return all[i];
}

void ValueTable::grow() {
  const auto old_handle = *handle_;
  const auto old = old_handle == 0 ? Head{0, 0, kEmpty} : head();
  const auto* const from = old_handle == 0 ? nullptr : entries();
  // By half, and by a quarter where that is much.
  const auto more = old.capacity < kMany ? old.capacity / 2 + 1 : old.capacity / 4;
  const auto capacity = old.capacity == 0 ? 2 : old.capacity + more;
  *handle_ = pool_->allocate(bytes(capacity));
  head() = {old.size, capacity, old.mark};
  for (std::uint32_t i = 0; i < capacity; ++i) entries()[i].first = kEmpty;
  for (std::uint32_t i = 0; i < old.capacity; ++i) {
    if (from[i].first != kEmpty) free_place(from[i].value) = from[i];
  }
  if (old_handle != 0) pool_->free(old_handle, bytes(old.capacity));
}

void ValueTable::erase(Entry& entry) const {
  const auto capacity = head().capacity;
  auto* const all = entries();
  auto hole = static_cast<std::uint32_t>(&entry - all);
  --head().size;
  // What was pushed on by the one that goes moves back.
  for (auto i = hole + 1 == capacity ? 0 : hole + 1; all[i].first != kEmpty;
       i = i + 1 == capacity ? 0 : i + 1) {
    const auto at_home = home(all[i].value, capacity);
    const bool between =
        hole <= i ? hole < at_home && at_home <= i : hole < at_home || at_home <= i;
    if (between) continue;
    all[hole] = all[i];
    hole = i;
  }
  all[hole].first = kEmpty;
}

void ValueTable::clear() {
  if (*handle_ != 0) pool_->free(*handle_, bytes(head().capacity));
  *handle_ = 0;
}

}  // namespace assay::core
