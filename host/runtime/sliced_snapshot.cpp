#include "host/runtime/sliced_snapshot.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

namespace assay::host {

tl::expected<void, std::string> SlicedSnapshot::begin(State& state,
                                                      std::shared_ptr<SnapshotPipe> pipe) {
  begun_ = Clock::now();
  pipe_ = std::move(pipe);
  leftover_ = false;
  auto saved = state.begin_save(*pipe_);
  if (!saved) withdraw(state);
  return saved;
}

SlicedSnapshot::Progress SlicedSnapshot::advance(State& state, const SnapshotLimits& limits,
                                                 Clock::time_point until) {
  if (!pipe_ && !leftover_) return Progress::none;
  if (pipe_) {
    if (pipe_->broken()) {
      leave(state);
      return Progress::some;
    }
    if (auto why = too_costly(limits); !why.empty()) {
      pipe_->give_up(std::move(why));
      leave(state);
      return Progress::some;
    }
    if (pipe_->full()) return Progress::none;
  }
  auto now = Clock::now();
  for (Clock::duration longest{}; !state.save_some(limits.step);) {
    const auto then = std::exchange(now, Clock::now());
    longest = std::max(longest, now - then);
    if (now + longest > until || (pipe_ && pipe_->full())) return Progress::some;
  }
  leftover_ = false;
  // Its last bytes may have been the ones too many.
  return pipe_ && !pipe_->overrun() && !pipe_->broken() ? Progress::whole : Progress::some;
}

std::string SlicedSnapshot::too_costly(const SnapshotLimits& limits) const {
  if (pipe_->overrun()) {
    return fmt::format(
        "the disk does not keep up: more than {} MiB of copies were waiting for it, made because "
        "keys changed meanwhile",
        limits.most >> 20);
  }
  if (Clock::now() - begun_ > limits.whole) {
    return fmt::format("it was not whole after {} min",
                       std::chrono::duration_cast<std::chrono::minutes>(limits.whole).count());
  }
  return {};
}

void SlicedSnapshot::finish(std::uint64_t usable) { std::exchange(pipe_, nullptr)->finish(usable); }

void SlicedSnapshot::withdraw(State& state) {
  if (!pipe_) return;
  pipe_->withdraw();
  leave(state);
}

void SlicedSnapshot::abandon() {
  if (pipe_) pipe_->withdraw();
  pipe_.reset();
}

void SlicedSnapshot::leave(State& state) {
  state.stop_save();
  pipe_.reset();
  leftover_ = true;
}

bool SlicedSnapshot::complete(State& state, const SnapshotLimits& limits, Clock::time_point until) {
  while (pipe_) {
    const auto progress = advance(state, limits, until);
    if (progress == Progress::whole) return true;
    if (Clock::now() >= until || (progress == Progress::none && !pipe_->wait_for_room(until))) {
      withdraw(state);
    }
  }
  return false;
}

}  // namespace assay::host
