#include "core/decode/content_hash.hpp"

#include <algorithm>
#include <string>

namespace assay::core {
namespace {

// GCC and Clang have it on every 64-bit machine; -Wpedantic wants it marked.
__extension__ using Wide = unsigned __int128;

}  // namespace

ContentHasher::ContentHasher(HashKey key) : outer_(key) {
  // Words that nobody can tell from random ones without the key.
  for (std::size_t i = 0; i < secret_.size(); ++i) {
    const auto label = "content " + std::to_string(i);
    secret_[i] = outer_(label);
  }
}

SipState ContentHasher::fold(SipState state, std::string_view block) const {
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
  state.absorb(static_cast<std::uint64_t>(sum));
  state.absorb(static_cast<std::uint64_t>(sum >> 64));
  return state;
}

std::uint64_t ContentHasher::operator()(std::string_view message) const {
  auto state = outer_.begin();
  for (auto rest = message; !rest.empty(); rest.remove_prefix(std::min(kBlock, rest.size()))) {
    state = fold(state, rest.substr(0, kBlock));
  }
  state.absorb(message.size());
  return state.finish();
}

}  // namespace assay::core
