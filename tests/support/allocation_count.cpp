#include "tests/support/allocation_count.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

// Every form is here: a sanitizer has its own of each, and its pairs do not mix with ours.
namespace {

thread_local std::uint64_t count = 0;

// No memory: nullptr.
void* taken(std::size_t size, std::size_t alignment) noexcept {
  ++count;
  if (alignment <= alignof(std::max_align_t)) return std::malloc(size == 0 ? 1 : size);
  // aligned_alloc() wants whole multiples.
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* taken(std::size_t size, std::align_val_t alignment) noexcept {
  return taken(size, static_cast<std::size_t>(alignment));
}

void* or_throw(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

namespace assay::tests {
std::uint64_t allocations() { return count; }
}  // namespace assay::tests

using std::align_val_t;
using std::nothrow_t;
using std::size_t;

void* operator new(size_t size) { return or_throw(taken(size, 1)); }
void* operator new[](size_t size) { return or_throw(taken(size, 1)); }
void* operator new(size_t size, align_val_t alignment) { return or_throw(taken(size, alignment)); }
void* operator new[](size_t size, align_val_t alignment) {
  return or_throw(taken(size, alignment));
}
void* operator new(size_t size, const nothrow_t&) noexcept { return taken(size, 1); }
void* operator new[](size_t size, const nothrow_t&) noexcept { return taken(size, 1); }
void* operator new(size_t size, align_val_t alignment, const nothrow_t&) noexcept {
  return taken(size, alignment);
}
void* operator new[](size_t size, align_val_t alignment, const nothrow_t&) noexcept {
  return taken(size, alignment);
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t, align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, const nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, align_val_t, const nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, align_val_t, const nothrow_t&) noexcept { std::free(memory); }
