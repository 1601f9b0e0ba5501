// How state goes into a snapshot that is taken in slices: a front, written at once, and then items,
// each behind a mark that says which part it is of. Items of several parts come in any order.
//
// An item is made in a buffer and handed on as a whole, so that its many small numbers cost a copy
// each and no call.
//
// Thread: the owner of the state.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "core/model/state_stream.hpp"

namespace assay::core {

using StateMark = std::uint32_t;  // of a store: its number
inline constexpr StateMark kStateIds = 0xfffffffe;
inline constexpr StateMark kStateEnd = 0xffffffff;  // nothing follows

// As much work as there is.
inline constexpr std::size_t kAllWork = std::numeric_limits<std::size_t>::max();

class StateItem final {
 public:
  void begin(StateMark mark) {
    size_ = 0;
    put(mark);
  }
  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    write(std::as_bytes(std::span(&value, 1)));
  }
  void write(std::span<const std::byte> bytes) {
    if (bytes.size() > bytes_.size() - size_)
      bytes_.resize(std::max(2 * size_, size_ + bytes.size()));
    if (!bytes.empty()) std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  // Ends the item.
  void hand_to(StateSink& sink) {
    sink.write({bytes_.data(), size_});
    // A key that was very large once is no reason to keep as much for all others.
    if (bytes_.size() > kKept) bytes_ = {};
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kKept = 1 << 20;

  std::vector<std::byte> bytes_;
  std::size_t size_ = 0;
};

}  // namespace assay::core
