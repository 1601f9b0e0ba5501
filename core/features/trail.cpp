#include "core/features/trail.hpp"

#include <cstring>

namespace assay::core {

static_assert(kTrail == 8);

void Trail::grow() {
  const auto capacity = root_->capacity == 0 ? 1u : root_->capacity * 2u;
  const auto block = pool_->allocate(capacity * entry_);
  if (root_->block != 0) {
    std::memcpy(pool_->at(block), pool_->at(root_->block), root_->size * entry_);
    pool_->free(root_->block, root_->capacity * entry_);
  }
  root_->block = block;
  root_->capacity = static_cast<std::uint8_t>(capacity);
}

void Trail::erase(unsigned i) {
  auto* const place = reinterpret_cast<std::byte*>(entry(i));
  std::memmove(place, place + entry_, (root_->size - i - 1) * entry_);
  --root_->size;
}

void Trail::clear() {
  if (root_->block != 0) {
    pool_->free(root_->block, root_->capacity * entry_);
  }
  *root_ = {};
}

}  // namespace assay::core
