// How much memory a process holds.
#pragma once

#include <sys/types.h>

#include <fstream>
#include <string>

namespace assay::testing::faults {

// In MiB; 0 where there is no such process.
inline double resident(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

}  // namespace assay::testing::faults
