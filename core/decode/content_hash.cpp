#include "core/decode/content_hash.hpp"

#include <algorithm>
#include <string>

namespace assay::core {

ContentHasher::ContentHasher(HashKey key) : outer_(key) {
  // Words that nobody can tell from random ones without the key.
  std::size_t number = 0;
  const auto next = [&] { return outer_("content " + std::to_string(number++)); };
  for (auto& word : secret_) word = next();
  for (auto& wide : last_) {
    const Wide high = next();
    wide = high << 64 | next();
  }
}

ContentHasher::Wide ContentHasher::fold(std::string_view block) const {
  const char* at = block.data();
  auto left = block.size();
  const auto* secret = secret_.data();
  Wide sum = 0;
  for (; left >= 16; at += 16, left -= 16, secret += 2) {
    sum += Wide{load_little_endian(at) + secret[0]} * (load_little_endian(at + 8) + secret[1]);
  }
  if (left != 0) {
    // The end is padded with zeros; the length, hashed last, tells it from real ones.
    std::array<char, 16> end{};
    std::copy_n(at, left, end.begin());
    sum += Wide{load_little_endian(end.data()) + secret[0]} *
           (load_little_endian(end.data() + 8) + secret[1]);
  }
  return sum;
}

std::uint64_t ContentHasher::operator()(std::string_view message) const {
  if (message.size() <= kBlock) {
    const auto sum = fold(message);
    const auto low = static_cast<std::uint64_t>(sum);
    const auto high = static_cast<std::uint64_t>(sum >> 64);
    const auto mixed = last_[0] * low + last_[1] * high + last_[2] * message.size() + last_[3];
    return static_cast<std::uint64_t>(mixed >> 64);
  }
  auto state = outer_.begin();
  for (auto rest = message; !rest.empty(); rest.remove_prefix(std::min(kBlock, rest.size()))) {
    const auto sum = fold(rest.substr(0, kBlock));
    state.absorb(static_cast<std::uint64_t>(sum));
    state.absorb(static_cast<std::uint64_t>(sum >> 64));
  }
  state.absorb(message.size());
  return state.finish();
}

}  // namespace assay::core
