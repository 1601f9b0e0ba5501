// Memory in large pages, for tables of many megabytes that are looked at in a new place every time.
//
// With pages of 4 KiB each such look first has to find its page, which costs about as much as the
// look itself, more in a virtual machine. What is asked for in pieces of 2 MiB and more is aligned
// to them and the kernel is told; smaller pieces come from the heap. A kernel that gives no large
// pages costs nothing but the time they would have saved.
//
// Thread: any.
#pragma once

#include <memory_resource>

namespace assay::host {

class LargePages final : public std::pmr::memory_resource {
 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
};

}  // namespace assay::host
