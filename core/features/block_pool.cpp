#include "core/features/block_pool.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace assay::core {
namespace {

constexpr std::size_t kCacheLine = 64;

}  // namespace

BlockPool::~BlockPool() {
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    if (pages_[i] != nullptr) memory_->deallocate(pages_[i], sizes_[i], kCacheLine);
  }
}

// Beyond 1 KiB in steps of an eighth of the next lower power of two.
std::size_t BlockPool::rounded(std::size_t bytes) {
  const auto units = bytes == 0 ? 1 : (bytes + kUnit - 1) / kUnit;
  if (units <= kExact) return units * kUnit;
  const auto step = std::bit_floor(units) / 8;
  return (units + step - 1) / step * step * kUnit;
}

std::uint32_t BlockPool::add_page(std::size_t bytes) {
  if (spare_numbers_.empty()) {
    spare_numbers_.push_back(static_cast<std::uint32_t>(pages_.size()));
    pages_.push_back(nullptr);
    sizes_.push_back(0);
  }
  const auto number = spare_numbers_.back();
  pages_[number] = static_cast<std::byte*>(memory_->allocate(bytes, kCacheLine));
  sizes_[number] = bytes;
  spare_numbers_.pop_back();
  reserved_ += bytes;
  return number;
}

BlockPool::Handle BlockPool::allocate(std::size_t bytes) {
  const auto size = rounded(bytes);
  used_ += size;
  if (size > kLargest) return add_page(size) << kUnitBits;
  static_assert(size_class(kLargest) + 1 == kClasses);
  auto& first = free_[size_class(size)];
  if (first != 0) {
    const auto block = first;
    std::memcpy(&first, at(block), sizeof first);
    return block;
  }
  if (cut_ + size > page_size_) {
    const auto wanted = std::max({kFirstPage, page_size_ * 2, std::bit_ceil(size)});
    page_size_ = std::min(kPage, wanted);
    page_ = add_page(page_size_);
    cut_ = 0;
  }
  const auto block = page_ << kUnitBits | static_cast<std::uint32_t>(cut_ / kUnit);
  cut_ += size;
  return block;
}

void BlockPool::free(Handle block, std::size_t bytes) {
  const auto size = rounded(bytes);
  used_ -= size;
  if (size > kLargest) {
    const auto number = block >> kUnitBits;
    memory_->deallocate(pages_[number], size, kCacheLine);
    pages_[number] = nullptr;
    reserved_ -= size;
    spare_numbers_.push_back(number);
    return;
  }
  auto& first = free_[size_class(size)];
  std::memcpy(at(block), &first, sizeof first);
  first = block;
}

}  // namespace assay::core
