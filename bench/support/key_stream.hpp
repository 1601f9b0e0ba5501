// Numbers of cards, merchants and the like in the order in which a feed brings them: evenly spread,
// by Zipf's law, or one of them half of the time. The same on every run.
#pragma once

#include <cmath>
#include <cstdint>

namespace assay::bench {

enum class Keys {
  uniform,
  zipf,
  hot,  // half of all transactions are one card's, one merchant's, one customer's
};

class KeyStream final {
 public:
  explicit KeyStream(Keys keys) : keys_(keys) {}

  // Any 64 bits.
  std::uint64_t random() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

  // Below `of`, which is not 0.
  std::uint64_t pick(std::uint64_t of) {
    if (keys_ == Keys::hot && random() % 2 == 0) return 0;
    if (keys_ != Keys::zipf) return random() % of;
    // Close to Zipf's law with exponent one: the logarithm of the rank is uniform.
    const auto u = static_cast<double>(random() >> 11) * 0x1p-53;
    return static_cast<std::uint64_t>(std::pow(static_cast<double>(of), u)) - 1;
  }

 private:
  Keys keys_;
  std::uint64_t state_ = 0x9e3779b97f4a7c15u;
};

}  // namespace assay::bench
