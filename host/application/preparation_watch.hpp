// Tells, once, of a configuration that is read for longer than any should take: a plugin may stand
// in `create` or `bind`, and the control thread with it, which therefore cannot tell.
//
// Thread: made and ended by control; a thread of its own waits and tells.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace assay::host {

class PreparationWatch final {
 public:
  using Tell = std::function<void(const std::string& words)>;

  PreparationWatch(std::chrono::milliseconds patience, Tell tell)
      : thread_([patience, tell = std::move(tell)](const std::stop_token& over) {
          std::mutex mutex;
          std::unique_lock lock(mutex);
          std::condition_variable_any().wait_for(lock, over, patience, [] { return false; });
          if (!over.stop_requested()) tell(kWords);
        }) {}

 private:
  static constexpr const char* kWords =
      "a configuration is being read and does not become ready: a plugin may not return from "
      "`create` or `bind`, which `assay validate` of the same files shows. What is in force judges "
      "on; if nothing follows, stop the engine with two signals and start it with that rule "
      "switched off (`mode: off`)";

  std::jthread thread_;
};

}  // namespace assay::host
