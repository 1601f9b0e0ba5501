// Memory of a check whose limits are enforced: whoever writes where nothing may be written, or
// reads behind its end, ends the check with words for it.
//
// Thread: one at a time; the guards are the process's.
#pragma once

#include <cstddef>
#include <span>

namespace assay::host {

// Whole pages with a forbidden one behind them, as if the memory ended there. `words` are constant.
class GuardedMemory final {
 public:
  // Holds a copy of the contents, at its very end, filled up with zeros to a multiple of 8; from
  // now on it can only be read. Whoever writes there, or reads behind it, ends the check with
  // `words`. Throws Broken where the machine has no memory.
  GuardedMemory(std::span<const std::byte> contents, const char* words);
  // The same for zeros that may be written; `words` are for what lies behind them.
  GuardedMemory(std::size_t bytes, const char* words);
  ~GuardedMemory();
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;

  [[nodiscard]] std::byte* data() const { return data_; }

 private:
  void map(std::size_t bytes);
  void guard(bool writable, const char* words) const;

  std::byte* pages_ = nullptr;
  std::byte* data_ = nullptr;
  std::size_t mapped_ = 0;
};

}  // namespace assay::host
