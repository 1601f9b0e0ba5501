#include "core/features/trail.hpp"

#include <cstring>

#include "core/features/store_shape.hpp"

namespace assay::core {

static_assert(kTrail == 8);

std::uint32_t Trail::entry_bytes(const TrailShape& shape, bool with_id) {
  return static_cast<std::uint32_t>(8 * (1 + (with_id ? 1 : 0) + shape.columns.size()));
}

std::int64_t* Trail::entry(unsigned i) const {
  return reinterpret_cast<std::int64_t*>(pool_->at(root_->block) + std::size_t{i} * shape_->entry);
}

const std::int64_t* Trail::before(std::int64_t time) const {
  for (unsigned i = root_->size; i-- > 0;) {
    if (*entry(i) <= time) return entry(i);
  }
  return nullptr;
}

std::int64_t* Trail::open(unsigned at, std::int64_t time) {
  const auto entry_size = std::size_t{shape_->entry};
  if (root_->size == root_->capacity) {
    const auto capacity = root_->capacity == 0 ? 1u : root_->capacity * 2u;
    const auto block = pool_->allocate(capacity * entry_size);
    if (root_->block != 0) {
      std::memcpy(pool_->at(block), pool_->at(root_->block), root_->size * entry_size);
      pool_->free(root_->block, root_->capacity * entry_size);
    }
    root_->block = block;
    root_->capacity = static_cast<std::uint8_t>(capacity);
  }
  auto* const place = entry(at);
  std::memmove(reinterpret_cast<std::byte*>(place) + entry_size, place,
               (root_->size - at) * entry_size);
  ++root_->size;
  *place = time;
  return place;
}

void Trail::erase(unsigned i) {
  const auto entry_size = std::size_t{shape_->entry};
  auto* const place = reinterpret_cast<std::byte*>(entry(i));
  std::memmove(place, place + entry_size, (root_->size - i - 1) * entry_size);
  --root_->size;
}

void Trail::clear() {
  if (root_->block != 0) {
    pool_->free(root_->block, root_->capacity * std::size_t{shape_->entry});
  }
  *root_ = {};
}

}  // namespace assay::core
