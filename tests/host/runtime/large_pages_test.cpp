#include "host/runtime/large_pages.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace assay::host {
namespace {

constexpr std::size_t kLarge = 2u << 20;

TEST(LargePages, give_pieces_of_any_size_that_can_be_written_to_their_end) {
  LargePages pages;
  for (const std::size_t size :
       {std::size_t{1}, kLarge - 1, kLarge, kLarge + 1, 3 * kLarge + 777}) {
    void* const memory = pages.allocate(size, 8);
    std::memset(memory, 1, size);
    EXPECT_EQ(static_cast<const char*>(memory)[size - 1], 1);
    pages.deallocate(memory, size, 8);
  }
}

TEST(LargePages, align_large_pieces_to_a_large_page) {
  LargePages pages;
  void* const memory = pages.allocate(2 * kLarge, 8);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % kLarge, 0U);
  pages.deallocate(memory, 2 * kLarge, 8);
}

TEST(LargePages, carry_a_vector_that_grows) {
  LargePages pages;
  std::pmr::vector<std::uint64_t> numbers(&pages);
  for (std::uint64_t i = 0; i < 1'000'000; ++i) numbers.push_back(i);
  EXPECT_EQ(numbers[999'999], 999'999U);
  EXPECT_EQ(numbers[262'143], 262'143U);
}

}  // namespace
}  // namespace assay::host
