// Memory for what an evaluation makes on its way: joined texts, lists.
//
// Reserved once, handed out from the front, given back as a whole before the next evaluation. An
// evaluation that wants more ends in an error; it never allocates.
#pragma once

#include <cstddef>
#include <memory>

#include "core/expression/value.hpp"

namespace assay::core::expression {

constexpr const char* kNoRoom = "the texts and lists made on the way are too large";

class Scratch final {
 public:
  explicit Scratch(std::size_t bytes)
      : size_(bytes), memory_(bytes == 0 ? nullptr : new std::byte[bytes]) {}

  void clear() { used_ = 0; }

  // nullptr where that much is not left.
  char* letters(std::size_t count) { return reinterpret_cast<char*>(take(count)); }
  Value* values(std::size_t count) { return reinterpret_cast<Value*>(take(count * sizeof(Value))); }

 private:
  std::byte* take(std::size_t bytes) {
    const std::size_t rounded = (bytes + alignof(Value) - 1) / alignof(Value) * alignof(Value);
    if (rounded > size_ - used_) return nullptr;
    std::byte* const begin = memory_.get() + used_;
    used_ += rounded;
    return begin;
  }

  std::size_t size_;
  std::size_t used_ = 0;
  std::unique_ptr<std::byte[]> memory_;
};

}  // namespace assay::core::expression
