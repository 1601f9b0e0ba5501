// The threads of simulated processes, one at a time on a single real one: chance says who goes on,
// wherever one waits, and time passes when everybody does.
//
// A process that is killed ends in the middle of whatever its threads wait for: the wait throws
// Killed, and nothing behind it happens.
//
// Thread: one.
#pragma once

#include <ucontext.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "tests/simulation/chance.hpp"
#include "tests/simulation/stack_switch.hpp"

namespace assay::simulation {

struct Killed {};

class Fibers final {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  using Process = int;

  explicit Fibers(Chance& chance) : chance_(&chance) {}
  // Whoever is left is killed.
  ~Fibers();
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;

  void start(Process process, std::function<void()> body);
  // Lets one go on that can; where none can, time passes until one can. False: nobody is left.
  bool turn();
  // Not from within one of them.
  void kill(Process process);
  [[nodiscard]] bool alive(Process process) const;
  [[nodiscard]] Moment now() const { return now_; }

  // From within one: the others may go on first. A process may be killed here.
  void step() {
    wait(now_, [] { return true; });
  }
  // Until the condition holds or the moment has come.
  void wait(Moment end, const std::function<bool()>& condition);

 private:
  struct Fiber {
    Process process{};
    std::function<void()> body{};
    std::unique_ptr<std::byte[]> stack{};
    ucontext_t context{};
    std::optional<StackSwitch> told{};
    Moment end{};
    const std::function<bool()>* condition = nullptr;  // null: it has not begun
    bool killed = false;
    bool done = false;

    bool ready(Moment now) const { return !condition || now >= end || (*condition)(); }
  };
  void resume(Fiber& fiber);
  void give_back(Fiber& fiber, bool ends);
  void bury();
  static void entry();

  Chance* chance_;
  Moment now_{std::chrono::hours(1)};
  std::vector<std::unique_ptr<Fiber>> fibers_;
  Fiber* running_ = nullptr;
  std::vector<std::unique_ptr<std::byte[]>> stacks_;  // of those that have ended, to use again
  std::exception_ptr failure_;
  ucontext_t scheduler_{};
  StackSwitch told_;  // of the scheduler's stack
};

}  // namespace assay::simulation
