// A keyed 64-bit hash of ids and whole messages, at a fraction of SipHash's cost.
//
// Universal hashing in two levels: NH (of UMAC and VMAC: sums of products of message words with
// secret words added) folds 1 KiB to 16 bytes, and a multiply-shift with further secrets takes
// those and the length to 64 bits. A longer message's folded blocks go through SipHash-2-4 instead.
// Two different messages have one hash with a chance of about 2^-63 each time the sender guesses,
// and the sender never sees a hash to learn from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/model/sip_hash.hpp"

namespace assay::core {

class ContentHasher final {
 public:
  explicit ContentHasher(HashKey key);

  // The same on every machine, for as long as the key is the same.
  std::uint64_t operator()(std::string_view message) const;

 private:
  // GCC and Clang have it on every 64-bit machine; -Wpedantic wants it marked.
  __extension__ using Wide = unsigned __int128;
  static constexpr std::size_t kBlock = 1024;  // bytes

  Wide fold(std::string_view block) const;

  IdHasher outer_;
  std::array<std::uint64_t, kBlock / 8> secret_;
  std::array<Wide, 4> last_;
};

}  // namespace assay::core
