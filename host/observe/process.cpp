#include "host/observe/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace assay::host {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

std::uint64_t count_entries(const char* folder) {
  std::error_code failure;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    ++count;
  }
  return count;
}

// When the machine started, in seconds since 1970.
double boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double value = 0;
    if (word == "btime" && file >> value) return value;
  }
  return 0;
}

// In clock ticks since the machine started: field 22. The second one is the program's name in
// brackets and may hold spaces, so counting begins behind it.
double started_ticks() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const auto bracket = line.rfind(')');
  if (bracket == std::string::npos) return 0;
  std::istringstream rest(line.substr(bracket + 1));
  std::string word;
  for (int field = 3; field <= 22; ++field) rest >> word;
  return rest ? std::stod(word) : 0;
}

}  // namespace

ProcessUse process_use() {
  ProcessUse use;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    use.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  std::uint64_t pages = 0;
  if (std::ifstream file("/proc/self/statm"); file >> pages >> pages) {
    use.resident_bytes = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  use.open_files = count_entries("/proc/self/fd");
  use.threads = count_entries("/proc/self/task");
  if (rlimit limit{}; getrlimit(RLIMIT_NOFILE, &limit) == 0) use.most_files = limit.rlim_cur;
  use.started = boot_time() + started_ticks() / static_cast<double>(sysconf(_SC_CLK_TCK));
  return use;
}

}  // namespace assay::host
