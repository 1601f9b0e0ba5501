// That a record was put into the log again after it had become a dead letter, and for whom.
//
// A record that some step could not take was judged, counted and delivered to the other steps in
// its first life: only that step gets it now, and history and breakers do not count it anew. One
// that did not decode goes to every step like any other; it may all the same be remembered, since a
// replay under the mended configuration reads its first life, too.
//
// A view: the bytes live as long as those of its message.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay::core {

struct Redrive {
  std::string_view step;           // empty: it had not decoded
  std::uint32_t attempt = 0;       // from 1
  std::int64_t first_offset = -1;  // where its producer's record stands, in the same partition

  bool judged_before() const { return !step.empty(); }

  // The same transaction put back a second time by mistake is a repeat; it is none of its first
  // life, nor where it is put back once more because it failed again, or for another step. So its
  // id counts as another one for each.
  std::uint64_t id(std::uint64_t id_hash) const {
    auto mixed = id_hash ^ (std::uint64_t{attempt} << 32U);
    for (const char letter : step) {
      constexpr std::uint64_t kPrime = 0x9e3779b97f4a7c15;
      mixed = (mixed ^ static_cast<unsigned char>(letter)) * kPrime;
      mixed ^= mixed >> 29U;
    }
    return mixed == 0 ? 1 : mixed;
  }
};

}  // namespace assay::core
