#include "core/features/pane_list.hpp"

#include <algorithm>

namespace assay::core {

void PaneList::make_room() {
  const auto old = *handle_;
  const auto live = size();
  if (old != 0 && head().begin * 2 >= head().capacity) {
    std::memmove(pool_->at(old) + sizeof(Head), entry(0), live * entry_size());
    head().begin = 0;
    head().end = live;
    return;
  }
  const auto capacity = std::max(4u, live + live / 2);
  const auto block = pool_->allocate(bytes(capacity));
  const Head made{0, live, capacity, 0};
  std::memcpy(pool_->at(block), &made, sizeof made);
  if (old != 0) {
    std::memcpy(pool_->at(block) + sizeof(Head), entry(0), live * entry_size());
    pool_->free(old, bytes(head().capacity));
  }
  *handle_ = block;
}

void PaneList::add(std::int64_t number, const Tally& tally) {
  auto at = size();
  while (at > 0 && this->number(at - 1) >= number) --at;
  if (at < size() && this->number(at) == number) {
    auto both = this->tally(at);
    merge(both, tally);
    form_->store(entry(at) + 8, both);
    return;
  }
  if (*handle_ == 0 || head().end == head().capacity) make_room();
  std::memmove(entry(at + 1), entry(at), (size() - at) * entry_size());
  ++head().end;
  std::memcpy(entry(at), &number, sizeof number);
  form_->store(entry(at) + 8, tally);
}

void PaneList::clear() {
  if (*handle_ != 0) pool_->free(*handle_, bytes(head().capacity));
  *handle_ = 0;
}

}  // namespace assay::core
