#include "core/features/trail.hpp"

#include <cstring>

namespace assay::core {

static_assert(kTrail == 8);

void Trail::grow() {
  const auto capacity = root_->capacity == 0 ? 1u : root_->capacity * 2u;
  const auto block = pool_->allocate(capacity * entry_);
  for (unsigned i = 0; i < root_->size; ++i) {
    std::memcpy(pool_->at(block) + i * entry_, entry(i), entry_);
  }
  if (root_->block != 0) pool_->free(root_->block, root_->capacity * entry_);
  root_->block = block;
  root_->capacity = static_cast<std::uint8_t>(capacity);
  root_->first = 0;
}

void Trail::erase(unsigned i) {
  for (; i + 1 < root_->size; ++i) copy(i, i + 1);
  --root_->size;
}

void Trail::clear() {
  if (root_->block != 0) {
    pool_->free(root_->block, root_->capacity * entry_);
  }
  *root_ = {};
}

}  // namespace assay::core
