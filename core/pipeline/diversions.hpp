// What a step of a chain was to get and did not keep: counted, for nobody else tells of it.
//
// Thread: the owner's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::core {

struct Diversions {
  std::uint64_t dropped = 0;      // records that an optional step had no room for
  std::uint64_t handed_over = 0;  // records that went on to its fallback
};

// By step, in the order of the blueprint.
using DiversionsByStep = std::vector<Diversions>;

inline void add(DiversionsByStep& to, const DiversionsByStep& more) {
  if (to.size() < more.size()) to.resize(more.size());
  for (std::size_t i = 0; i < more.size(); ++i) {
    to[i].dropped += more[i].dropped;
    to[i].handed_over += more[i].handed_over;
  }
}

}  // namespace assay::core
