// The process in which one rule runs: started, watched, ended.
//
// It begins with nothing of the engine's but the memory they speak through, the plugin's library
// and its papers: no other open file, no environment. The kernel ends it when the thread that
// started it ends.
//
// Thread: start() and wait() belong to one that outlives the process; the rest is anybody's.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tl/expected.hpp>

#include "host/isolation/exchange.hpp"

namespace assay::host {

class RuleProcess final {
 public:
  struct Order {
    std::string name{};  // as the list of processes shows it
    int library = -1;    // the caller's, as is what follows
    std::span<const std::byte> papers{};
    std::chrono::nanoseconds spin{};
  };
  // The error is a sentence.
  [[nodiscard]] static tl::expected<std::unique_ptr<RuleProcess>, std::string> start(
      const Order& order);
  ~RuleProcess();
  RuleProcess(const RuleProcess&) = delete;
  RuleProcess& operator=(const RuleProcess&) = delete;

  [[nodiscard]] pid_t id() const { return id_; }
  [[nodiscard]] EngineEnd& engine() { return engine_; }
  [[nodiscard]] bool gone() const { return gone_.load(std::memory_order_acquire); }

  // What it does for us just now, as a message names it: "evaluate".
  void begins(const char* what) { doing_.store(what, std::memory_order_relaxed); }

  // Ends it. `why` goes on behind "was ended: ".
  void end(std::string why);
  // Until it has ended; afterwards it is gone. Answers how, as ending() does.
  std::string wait();
  // "ended by SIGSEGV in evaluate"; empty while it runs.
  [[nodiscard]] std::string ending() const;

 private:
  explicit RuleProcess(EngineEnd engine) : engine_(std::move(engine)) {}

  EngineEnd engine_;
  pid_t id_ = -1;
  int handle_ = -1;
  std::atomic<bool> gone_ = false;
  std::atomic<const char*> doing_{"its start"};
  mutable std::mutex mutex_;
  std::string why_;  // we have ended it
  std::string ending_;
};

}  // namespace assay::host
