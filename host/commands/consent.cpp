#include "host/commands/consent.hpp"

#include <unistd.h>

#include <cstdio>

#include "host/commands/exit_code.hpp"

namespace assay::host {

int ask_consent(const std::string& command, bool yes, const std::string& question) {
  if (yes) return ExitCode::done;
  if (isatty(STDIN_FILENO) != 1) {
    std::fprintf(stderr, "%s: nobody is there to ask: give --yes, or --dry-run to look first\n",
                 command.c_str());
    return ExitCode::usage;
  }
  std::fprintf(stderr, "%s [y/N] ", question.c_str());
  std::fflush(stderr);
  const int answer = std::getchar();
  if (answer == 'y' || answer == 'Y') return ExitCode::done;
  std::fprintf(stderr, "%s: nothing was changed\n", command.c_str());
  return ExitCode::failed;
}

}  // namespace assay::host
