// SipHash-2-4: a 64-bit hash that nobody without the key can make collide.
//
// Duplicates are told by hashes alone, so a sender who could find two ids (or two contents) with
// one hash could make the engine drop a transaction as a repeat. The key must stay the same as long
// as stored hashes are compared with new ones.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace assay::core {

struct HashKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

// Eight bytes, read alike on every machine: the hashes are stored.
inline std::uint64_t load_little_endian(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

// The four words that the algorithm turns.
struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  std::uint64_t finish() {
    v2 ^= 0xff;
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
  // The upper half of a hash of 128 bits, where begin_wide() began it; finish_low() comes next.
  std::uint64_t finish_high() {
    v2 ^= 0xee;
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
  std::uint64_t finish_low() {
    v1 ^= 0xdd;
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

class IdHasher final {
 public:
  explicit constexpr IdHasher(HashKey key) : key_(key) {}

  // For those who feed whole words themselves.
  SipState begin() const {
    return {key_.first ^ 0x736f6d6570736575, key_.second ^ 0x646f72616e646f6d,
            key_.first ^ 0x6c7967656e657261, key_.second ^ 0x7465646279746573};
  }

  // For 128 bits: SipHash-128.
  SipState begin_wide() const {
    auto state = begin();
    state.v1 ^= 0xee;
    return state;
  }

  std::uint64_t operator()(std::string_view text) const {
    auto state = begin();
    absorb(state, text);
    return state.finish();
  }

  // The whole text, closed by its length.
  static void absorb(SipState& state, std::string_view text) {
    const char* at = text.data();
    auto left = text.size();
    for (; left >= 8; at += 8, left -= 8) state.absorb(load_little_endian(at));
    state.absorb(tail(text, left) | std::uint64_t{text.size()} << 56);
  }

 private:
  // The last `left` bytes, less than eight of them.
  static std::uint64_t tail(std::string_view text, std::size_t left) {
    if (left == 0) return 0;
    if (text.size() >= 8) {
      return load_little_endian(text.data() + text.size() - 8) >> (64 - 8 * left);
    }
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < left; ++i) {
      word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return word;
  }

  HashKey key_;
};

}  // namespace assay::core
