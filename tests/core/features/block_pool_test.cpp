#include "core/features/block_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <vector>

namespace assay::core {
namespace {

struct Block {
  BlockPool::Handle handle;
  std::size_t bytes;
  unsigned char mark;
};

bool holds_its_mark(const BlockPool& pool, const Block& block) {
  const auto* const at = pool.at(block.handle);
  return std::all_of(at, at + block.bytes,
                     [&](std::byte byte) { return byte == std::byte{block.mark}; });
}

// Sizes around each power of two, and its eighths, up to beyond what shares a page.
std::vector<std::size_t> sizes() {
  std::vector<std::size_t> all;
  for (std::size_t power = 16; power <= 512u << 10; power *= 2) {
    for (std::size_t eighth = 8; eighth < 16; ++eighth) {
      const auto size = power / 8 * eighth;
      for (const auto near : {size - 1, size, size + 1}) all.push_back(near);
    }
  }
  return all;
}

TEST(BlockPool, BlocksOfEverySizeAreApartAndAreHandedOutAgain) {
  BlockPool pool(*std::pmr::new_delete_resource());
  // More than one page is cut before the first size is looked at.
  for (int i = 0; i < 64; ++i) pool.allocate(100'000);
  unsigned char mark = 0;
  std::size_t taken = 0;
  for (int round = 0; round < 3; ++round) {
    std::vector<Block> blocks;
    for (const auto bytes : sizes()) {
      for (int twice = 0; twice < 2; ++twice) {
        blocks.push_back({pool.allocate(bytes), bytes, ++mark});
        ASSERT_NE(blocks.back().handle, 0u) << bytes;
        std::memset(pool.at(blocks.back().handle), mark, bytes);
      }
    }
    // The next round needs no more than the first.
    if (round == 0) taken = pool.reserved();
    EXPECT_EQ(pool.reserved(), taken) << "round " << round;
    for (const auto& block : blocks) EXPECT_TRUE(holds_its_mark(pool, block)) << block.bytes;
    for (const auto& block : blocks) pool.free(block.handle, block.bytes);
  }
}

}  // namespace
}  // namespace assay::core
