// Tells a sanitizer which stack the program runs on, before and after each change; without one
// there is nothing to tell.
//
// AddressSanitizer takes what lies beyond the stack that it knows for damage, and ThreadSanitizer
// takes the calls of two stacks for one.
//
// Thread: that of the fibers.
#pragma once

#include <cstddef>

namespace assay::simulation {

class StackSwitch final {
 public:
  // The stack of the thread itself; where it lies is learned at the first change.
  StackSwitch() = default;
  // One that was just made, or is used again.
  StackSwitch(std::byte* bottom, std::size_t size);
  ~StackSwitch();
  StackSwitch(const StackSwitch&) = delete;
  StackSwitch& operator=(const StackSwitch&) = delete;

  // Right before the change. `ends`: nobody comes back to this one.
  void leave(const StackSwitch& to, bool ends = false);
  // Right behind it, on the new stack. `from` is the one that was left.
  void arrive(StackSwitch& from);

 private:
  const void* bottom_ = nullptr;
  std::size_t size_ = 0;
  void* fake_ = nullptr;   // AddressSanitizer's
  void* fiber_ = nullptr;  // ThreadSanitizer's
  bool ours_ = false;      // made here
};

}  // namespace assay::simulation
