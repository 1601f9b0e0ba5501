// How much memory a process holds.
//
// Thread: any; `Most` looks from one of its own.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <stop_token>
#include <string>
#include <thread>

namespace assay::testing::faults {

// A number of /proc/PID/status in MiB; 0 where there is no such process.
inline double mebibytes(pid_t process, const std::string& name) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::stod(line.substr(name.size())) / 1024;
  }
  return 0;
}

inline double resident(pid_t process) { return mebibytes(process, "VmRSS:"); }
// Without its files, which the kernel brings and takes as it likes.
inline double anonymous(pid_t process) { return mebibytes(process, "RssAnon:"); }

// The most of that since it was made: looks so often that little is missed which stands for a
// while.
class Most {
 public:
  explicit Most(pid_t process)
      : thread_([this, process](const std::stop_token& stop) {
          for (; !stop.stop_requested(); std::this_thread::sleep_for(kPause)) {
            most_ = std::max(most_.load(), anonymous(process));
          }
        }) {}

  [[nodiscard]] double get() const { return most_; }

 private:
  static constexpr std::chrono::milliseconds kPause{2};
  std::atomic<double> most_ = 0;
  std::jthread thread_;
};

}  // namespace assay::testing::faults
