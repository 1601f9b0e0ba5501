// Tells systemd, or whoever else has set NOTIFY_SOCKET, how the engine stands: at once when it is
// to stop, and otherwise as often as a look is due. What is told stands in notices.hpp.
//
// An engine that is not alive by its own measure stops saying that it is, and logs why: after
// WatchdogSec the supervisor ends and restarts it. Until then it may come round.
//
// Thread: made and ended by control; looks on one thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "host/observe/notices.hpp"

namespace assay::host {

class Supervisor final {
 public:
  struct Options {
    std::chrono::milliseconds look{500};  // between two looks; less where the watchdog wants it
    Notices::Limits limits;
  };

  // Null where nobody asks to be told. `status` is called on the thread here, until the end of the
  // object; `stop` is what asks the engine to stop.
  [[nodiscard]] static std::unique_ptr<Supervisor> open(std::function<Status()> status,
                                                        const std::stop_token& stop);
  [[nodiscard]] static std::unique_ptr<Supervisor> open(std::function<Status()> status,
                                                        const std::stop_token& stop,
                                                        const Options& options);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

 private:
  Supervisor(std::function<Status()> status, const std::stop_token& stop, const Options& options);
  void run();
  void tell(bool stopping);
  void wake(bool& why);

  std::function<Status()> status_;
  std::chrono::milliseconds look_;
  Notices notices_;  // of the thread
  bool mourned_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool ending_ = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
  std::thread thread_;
};

}  // namespace assay::host
