#include "host/runtime/large_pages.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace assay::host {
namespace {

constexpr std::size_t kLarge = 2u << 20;  // bytes of a large page on x86-64 and on most ARM64
constexpr std::size_t kPage = 64u << 10;  // whole pages, however large the ordinary ones are

std::size_t whole_pages(std::size_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

}  // namespace

void* LargePages::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (bytes < kLarge) return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  const auto size = whole_pages(bytes);
  // As much again as alignment may need; what lies before and behind is given back.
  auto* const raw =
      ::mmap(nullptr, size + kLarge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (raw == MAP_FAILED) throw std::bad_alloc();
  auto* const begin = static_cast<std::byte*>(raw);
  const auto before = (kLarge - reinterpret_cast<std::uintptr_t>(raw) % kLarge) % kLarge;
  auto* const aligned = begin + before;
  if (before > 0) ::munmap(begin, before);
  ::munmap(aligned + size, kLarge - before);
  ::madvise(aligned, size, MADV_HUGEPAGE);
  return aligned;
}

void LargePages::do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) {
  if (bytes < kLarge) return std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
  ::munmap(memory, whole_pages(bytes));
}

}  // namespace assay::host
