// A keyed 64-bit hash of whole messages, at a fraction of SipHash's cost.
//
// Blocks of 1 KiB are folded to 16 bytes each by NH (of UMAC and VMAC: sums of products of message
// words with secret words added), and SipHash-2-4 takes what is left with the length. Two different
// messages have one hash with a chance of about 2^-64 each time the sender guesses, and the sender
// never sees a hash to learn from.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/decode/sip_hash.hpp"

namespace assay::core {

class ContentHasher final {
 public:
  explicit ContentHasher(HashKey key);

  std::uint64_t operator()(std::string_view message) const;

 private:
  static constexpr std::size_t kBlock = 1024;  // bytes

  SipState fold(SipState state, std::string_view block) const;

  IdHasher outer_;
  std::array<std::uint64_t, kBlock / 8> secret_;
};

}  // namespace assay::core
