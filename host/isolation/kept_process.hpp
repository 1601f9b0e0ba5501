// A process that is started again when it ends: after a wait that doubles, until it has ended too
// often in too short a time. Then it stays down.
//
// A thread of its own starts it and waits for its end, for the kernel ends a process with the
// thread that has started it. The first conversation with the process is its owner's, who learns by
// it what the rule binds; after a restart the thread repeats that conversation before anybody else
// is given the process.
//
// Thread: control makes and destroys it; what is said otherwise at a function.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tl/expected.hpp>

#include "host/config/config.hpp"
#include "host/isolation/dialogue.hpp"

namespace assay::host {

// How one of a rule's processes stands.
struct ProcessReport {
  std::uint32_t worker = 0;
  std::int64_t pid = 0;  // 0 while there is none
  bool up = false;
  bool given_up = false;  // it is not started again
  std::uint64_t restarts = 0;
  std::uint64_t deadline_misses = 0;
  std::string last_end{};  // how it ended last; empty where it never has
};

class KeptProcess final {
 public:
  using Started = tl::expected<std::shared_ptr<Dialogue>, std::string>;

  // On the process's own thread; the errors are sentences.
  struct Work {
    std::function<Started()> start{};
    std::function<tl::expected<void, std::string>(Dialogue&)>
        open{};  // repeats what was said first
    std::function<void(std::uint32_t level, const std::string& line)> log{};
  };
  KeptProcess(std::uint32_t worker, const ProcessConfig& limits, Work work);
  ~KeptProcess();
  KeptProcess(const KeptProcess&) = delete;
  KeptProcess& operator=(const KeptProcess&) = delete;

  // Of the first start; until keep().
  [[nodiscard]] Started first();
  // The first conversation is over: from now on it is started again when it ends.
  void keep();

  // Whom to ask now; null while there is nobody. Thread: any.
  [[nodiscard]] std::shared_ptr<Dialogue> current() const;
  // Thread: any.
  [[nodiscard]] ProcessReport report() const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  void run();
  [[nodiscard]] bool start_first();
  // Until it has ended and has to be started again; false where it is over.
  [[nodiscard]] bool watch(Lock& lock);
  // False where it is over.
  [[nodiscard]] bool start_again(Lock& lock);
  [[nodiscard]] std::optional<std::chrono::nanoseconds> wait_before_next();

  const std::uint32_t worker_;
  const ProcessConfig limits_;
  const Work work_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Started started_ = nullptr;
  bool has_started_ = false;
  bool kept_ = false;
  bool stops_ = false;
  bool up_ = false;
  bool given_up_ = false;
  bool told_ = false;                                           // of the last end, in the log
  std::shared_ptr<Dialogue> dialogue_;                          // that runs, or is being opened
  std::deque<std::chrono::steady_clock::time_point> restarts_;  // within the window
  std::uint64_t restart_count_ = 0;
  std::uint64_t misses_ = 0;  // of processes that have ended
  std::string last_end_;
  std::thread thread_;  // last: it sees all of the above
};

}  // namespace assay::host
