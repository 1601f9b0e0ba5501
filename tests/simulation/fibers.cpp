#include "tests/simulation/fibers.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace assay::simulation {
namespace {

constexpr std::size_t kStack = 256 << 10;        // bytes
constexpr std::uint64_t kLongestTurn = 200'000;  // nanoseconds

Fibers* entered = nullptr;  // makecontext passes no pointer

}  // namespace

Fibers::~Fibers() {
  while (!fibers_.empty()) kill(fibers_.front()->process);
}

void Fibers::start(Process process, std::function<void()> body) {
  auto& fiber = *fibers_.emplace_back(std::make_unique<Fiber>());
  fiber.process = process;
  fiber.body = std::move(body);
  if (stacks_.empty()) {
    fiber.stack = std::make_unique_for_overwrite<std::byte[]>(kStack);
  } else {
    fiber.stack = std::move(stacks_.back());
    stacks_.pop_back();
  }
  fiber.told.emplace(fiber.stack.get(), kStack);
  ::getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = fiber.stack.get();
  fiber.context.uc_stack.ss_size = kStack;
  fiber.context.uc_link = nullptr;
  ::makecontext(&fiber.context, &Fibers::entry, 0);
}

void Fibers::entry() {
  auto& self = *entered;
  auto& fiber = *self.running_;
  fiber.told->arrive(self.told_);
  try {
    if (!fiber.killed) fiber.body();
  } catch (const Killed&) {
  } catch (...) {
    self.failure_ = std::current_exception();
  }
  fiber.done = true;
  self.give_back(fiber, true);
}

void Fibers::resume(Fiber& fiber) {
  entered = this;
  running_ = &fiber;
  told_.leave(*fiber.told);
  ::swapcontext(&scheduler_, &fiber.context);
  told_.arrive(*fiber.told);
  running_ = nullptr;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

// To the scheduler; comes back at the fiber's next turn, unless it ends.
void Fibers::give_back(Fiber& fiber, bool ends) {
  fiber.told->leave(told_, ends);
  ::swapcontext(&fiber.context, &scheduler_);
  fiber.told->arrive(told_);
}

void Fibers::wait(Moment end, const std::function<bool()>& condition) {
  auto& fiber = *running_;
  fiber.end = end;
  fiber.condition = &condition;
  give_back(fiber, false);
  if (fiber.killed) throw Killed{};
}

bool Fibers::turn() {
  bury();
  if (fibers_.empty()) return false;
  std::vector<Fiber*> ready;
  for (;;) {
    for (const auto& fiber : fibers_) {
      if (fiber->ready(now_)) ready.push_back(fiber.get());
    }
    if (!ready.empty()) break;
    const auto next =
        (*std::ranges::min_element(fibers_, {}, [](const auto& one) { return one->end; }))->end;
    if (next == Moment::max()) throw std::logic_error("everybody waits and nobody can go on");
    now_ = next;
  }
  now_ += std::chrono::nanoseconds(chance_->below(kLongestTurn));
  resume(*ready[chance_->below(ready.size())]);
  return true;
}

void Fibers::kill(Process process) {
  for (const auto& fiber : fibers_) {
    if (fiber->process != process || fiber->done) continue;
    fiber->killed = true;
    // Its code may catch what a wait throws, as around a plugin's call: then the next wait throws.
    while (!fiber->done) resume(*fiber);
  }
  bury();
}

bool Fibers::alive(Process process) const {
  return std::ranges::any_of(
      fibers_, [&](const auto& one) { return one->process == process && !one->done; });
}

void Fibers::bury() {
  std::erase_if(fibers_, [&](const auto& fiber) {
    if (fiber->done) stacks_.push_back(std::move(fiber->stack));
    return fiber->done;
  });
}

}  // namespace assay::simulation
