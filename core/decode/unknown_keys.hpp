// The keys that are none of the schema's, remembered to see whether one comes again.
//
// Objects nest, so what is remembered is a stack: an object notes the size at its beginning and
// looks, at its end, at what lies above. Private to the decoder; nothing is allocated after
// construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/model/sip_hash.hpp"

namespace assay::core {

class UnknownKeys final {
 public:
  struct Key {
    std::uint64_t hash;
    std::uint32_t begin;  // in the message, behind the opening quote
    std::uint32_t size;
  };

  // `max_message` in bytes.
  UnknownKeys(HashKey hash_key, std::uint32_t max_message);

  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  // `key` is the text that counts; it stands at `begin`, `size` bytes long as it is written.
  void add(std::string_view key, std::uint32_t begin, std::uint32_t size) {
    keys_[size_++] = {hash_(key), begin, size};
  }
  // Takes what lies above `size` off and answers a key that stood there twice, at its second
  // place; valid until the next add().
  const Key* end_object(std::size_t size) {
    const auto count = size_ - size;
    size_ = size;
    return count > 1 ? find_repeated(count) : nullptr;
  }

 private:
  // Among the `count` keys above size_.
  const Key* find_repeated(std::size_t count);

  IdHasher hash_;
  std::unique_ptr<Key[]> keys_;
  std::size_t size_ = 0;
};

}  // namespace assay::core
