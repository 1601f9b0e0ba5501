// What the taking of a snapshot may cost the worker that goes on meanwhile.
//
// Thread: any.
#pragma once

#include <chrono>
#include <cstddef>

namespace assay::host {

struct SnapshotLimits {
  // A slice is no longer than that, and for so many times its length, counted from its beginning,
  // no other one is taken: 4 ms in a second, and 5 ms in none, however long slices are.
  std::chrono::nanoseconds slice = std::chrono::milliseconds(1);
  int rest = 250;
  std::size_t step = 8 << 10;  // of work between two looks at the clock, as in save_some()
  // Where more than `room` bytes wait for the disk no slice is taken. Copies that are made because
  // a key changes cannot wait: with more than `most` the snapshot is given up, and so is one that
  // is not whole after that time.
  std::size_t room = 1 << 20;
  std::size_t most = 64 << 20;
  std::chrono::nanoseconds whole = std::chrono::minutes(30);
};

}  // namespace assay::host
