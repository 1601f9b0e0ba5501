#include "tests/support/allocation_count.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <new>

namespace assay::tests {
namespace {

constexpr std::align_val_t kLine{64};

// One call of each form of operator new, and of the operator delete that belongs to it. Under
// AddressSanitizer a pair of which only one half is ours would end the program.
TEST(AllocationCount, counts_every_form_of_operator_new) {
  const auto before = allocations();
  ::operator delete(::operator new(10));
  ::operator delete[](::operator new[](10));
  ::operator delete(::operator new(10, std::nothrow), std::nothrow);
  ::operator delete[](::operator new[](10, std::nothrow), std::nothrow);
  ::operator delete(::operator new(10, kLine), kLine);
  ::operator delete[](::operator new[](10, kLine), kLine);
  ::operator delete(::operator new(10, kLine, std::nothrow), kLine, std::nothrow);
  ::operator delete[](::operator new[](10, kLine, std::nothrow), kLine, std::nothrow);
  EXPECT_EQ(allocations() - before, 8u);
}

// So do std::stable_sort() and its like.
TEST(AllocationCount, gives_memory_that_another_form_may_give_back) {
  ::operator delete(::operator new(10, std::nothrow));
  ::operator delete (::operator new(10), std::size_t{10});
  ::operator delete (::operator new(10, kLine, std::nothrow), std::size_t{10}, kLine);
}

}  // namespace
}  // namespace assay::tests
