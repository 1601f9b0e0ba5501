// The engine as `assay run` runs it, in this process, so that its CPU time can be read.
//
// Thread: the bench's.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "host/application/application.hpp"

namespace assay::bench {

class RunningEngine final {
 public:
  // The assembly must outlive it. `prepare` makes the next configuration where one is asked for.
  explicit RunningEngine(host::Assembly& assembly, const host::Prepare& prepare = {});
  // Drains and stops.
  ~RunningEngine();
  RunningEngine(const RunningEngine&) = delete;
  RunningEngine& operator=(const RunningEngine&) = delete;

  // Asks for the next configuration and returns at once; status() says what becomes of it.
  void reload() { bell_.ring(); }

  [[nodiscard]] host::Status status() const { return application_.status(); }

  // Looks every half millisecond; ends the program after two minutes. Answers the last picture.
  host::Status wait_for(const std::function<bool(const host::Status&)>& condition) const;

 private:
  host::ReloadBell bell_;
  host::Application application_;
  std::atomic<bool> hurry_ = false;
  std::jthread thread_;
};

// CPU seconds so far of this process without the calling thread, which only looks on.
double cpu_of_others();
// CPU seconds so far of this process's threads whose name begins so.
double cpu_of_threads(const std::string& prefix);

}  // namespace assay::bench
