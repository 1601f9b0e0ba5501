// Runs a command line and hands back what it printed.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <string>

namespace assay::test {

struct Ran {
  int code = -1;
  std::string output;  // both streams
};

inline Ran run(const std::string& command) {
  Ran ran;
  auto* pipe = popen((command + " 2>&1").c_str(), "r");
  if (!pipe) return ran;
  char part[4096];
  while (const auto size = std::fread(part, 1, sizeof part, pipe)) ran.output.append(part, size);
  const auto status = pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

}  // namespace assay::test
