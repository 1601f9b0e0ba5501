#include "core/decode/unknown_keys.hpp"

#include <algorithm>

namespace assay::core {

UnknownKeys::UnknownKeys(HashKey hash_key, std::uint32_t max_message)
    : hash_(hash_key),
      // No key is shorter than four bytes of JSON: `"":1` and its comma.
      keys_(new Key[max_message / 4 + 1]) {}

const UnknownKeys::Key* UnknownKeys::find_repeated(std::size_t count) {
  auto* const first = keys_.get() + size_;
  auto* const last = first + count;
  std::sort(first, last, [](const Key& a, const Key& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.begin < b.begin;
  });
  const auto* again =
      std::adjacent_find(first, last, [](const Key& a, const Key& b) { return a.hash == b.hash; });
  return again == last ? nullptr : again + 1;
}

}  // namespace assay::core
