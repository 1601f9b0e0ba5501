// SIGTERM, SIGINT and SIGHUP as what the engine understands: the first of those two asks it to
// stop, a second one to hurry; SIGHUP asks it to read its configuration again. Whoever has not
// ended ten seconds after the second one stands in a call that nobody can end, and is told so.
//
// Make it before any thread is started: the signals are blocked in the caller and so in all of its
// threads, and taken by one thread here. A broken pipe becomes an error code instead of an end.
//
// Thread: made and ended by control; the answers may be read by any.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

namespace assay::host {

class StopSignals final {
 public:
  static constexpr std::chrono::seconds kLastPatience{10};

  // `told` is called with 1 for the first signal to stop, with 2 for the second, and with 3 where
  // there is no end kLastPatience behind that; `reload` for each SIGHUP; on the thread here.
  // Without `reload` a SIGHUP is what it always was.
  explicit StopSignals(std::function<void(int)> told = {}, std::function<void()> reload = {});
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  [[nodiscard]] const std::atomic<bool>& hurry() const { return hurry_; }
  // As the first signal does.
  void stop() { stop_.request_stop(); }

 private:
  void run(int signals, int end);

  std::function<void(int)> told_;
  std::function<void()> reload_;
  std::stop_source stop_;
  std::atomic<bool> hurry_ = false;
  int signals_;
  int end_;
  std::thread thread_;
};

}  // namespace assay::host
