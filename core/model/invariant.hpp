// Asserts that stay on in release builds.
//
// A broken invariant of ours must not be carried on with: committed positions would be wrong. The
// process says where and ends with exit code 70 (a bug of ours), so a supervisor starts it again
// from the last committed position.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace assay::core {

// The defaults name the caller; std::source_location is not in every compiler we are checked with.
inline void invariant(bool holds, const char* what, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  if (holds) [[likely]] {
    return;
  }
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what);
  std::_Exit(70);
}

}  // namespace assay::core
