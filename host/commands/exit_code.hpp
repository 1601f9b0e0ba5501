// What a shell is told; sysexits.h where it has a word for it.
#pragma once

namespace assay::host {

struct ExitCode {
  static constexpr int done = 0;
  static constexpr int failed = 1;  // the thing examined is not as it should be
  static constexpr int usage = 2;
  static constexpr int unreachable = 69;  // a peer
  static constexpr int bug = 70;
  static constexpr int input_output = 74;
  static constexpr int fenced = 75;  // the group has given our place to another
  static constexpr int configuration = 78;
};

}  // namespace assay::host
