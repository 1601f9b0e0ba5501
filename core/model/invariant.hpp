// Asserts that stay on in release builds.
//
// A broken invariant of ours must not be carried on with: committed positions would be wrong. The
// process says where and ends with exit code 70 (a bug of ours), so a supervisor starts it again
// from the last committed position.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace assay::core {

inline void invariant(bool holds, const char* what,
                      std::source_location where = std::source_location::current()) {
  if (holds) [[likely]] {
    return;
  }
  std::fprintf(stderr, "%s:%u: broken invariant: %s\n", where.file_name(), where.line(), what);
  std::_Exit(70);
}

}  // namespace assay::core
