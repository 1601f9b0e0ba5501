#include "tests/simulation/stack_switch.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace assay::simulation {

StackSwitch::StackSwitch(std::byte* bottom, std::size_t size) : bottom_(bottom), size_(size) {
#if defined(__SANITIZE_ADDRESS__)
  // What the one before left on it when it ended.
  __asan_unpoison_memory_region(bottom, size);
#endif
#if defined(__SANITIZE_THREAD__)
  fiber_ = __tsan_create_fiber(0);
  ours_ = true;
#endif
}

StackSwitch::~StackSwitch() {
#if defined(__SANITIZE_THREAD__)
  if (ours_) __tsan_destroy_fiber(fiber_);
#endif
}

void StackSwitch::leave([[maybe_unused]] const StackSwitch& to, [[maybe_unused]] bool ends) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(ends ? nullptr : &fake_, to.bottom_, to.size_);
#endif
#if defined(__SANITIZE_THREAD__)
  if (!ours_) fiber_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.fiber_, 0);
#endif
}

void StackSwitch::arrive([[maybe_unused]] StackSwitch& from) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake_, &from.bottom_, &from.size_);
#endif
}

}  // namespace assay::simulation
