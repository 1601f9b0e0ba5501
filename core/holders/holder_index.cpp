#include "core/holders/holder_index.hpp"

#include <utility>

namespace assay::core {
namespace {

constexpr std::size_t kFirstPlaces = 64;

}  // namespace

void HolderIndex::insert(Record* record) {
  if ((size_ + 1) * 5 > tags_.size() * 4) grow();
  place(record);
  ++size_;
}

void HolderIndex::place(Record* record) {
  auto at = record->hash & mask_;
  while (tags_[at] != kEmpty) at = (at + 1) & mask_;
  tags_[at] = tag(record->hash);
  records_[at] = record;
}

void HolderIndex::grow() {
  const auto places = tags_.empty() ? kFirstPlaces : tags_.size() * 2;
  const auto old = std::exchange(records_, std::vector<Record*>(places, nullptr));
  tags_.assign(places, kEmpty);
  tags_.shrink_to_fit();
  mask_ = places - 1;
  for (auto* record : old) {
    if (record != nullptr) place(record);
  }
}

void HolderIndex::erase(std::size_t hole) {
  // Whatever stands behind the hole and would have stood in it, had it been free, moves into it.
  for (auto at = (hole + 1) & mask_; tags_[at] != kEmpty; at = (at + 1) & mask_) {
    const auto home = records_[at]->hash & mask_;
    if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
    tags_[hole] = tags_[at];
    records_[hole] = records_[at];
    hole = at;
  }
  tags_[hole] = kEmpty;
  records_[hole] = nullptr;
  --size_;
}

}  // namespace assay::core
