// A snapshot that is taken in slices, between other things that its owner does.
//
// It begins with the cut, goes on while there is time and the pipe has room, and ends whole or not
// at all: what costs too much is given up, what the disk does not take is left. A key tells by one
// bit whether it is still to be saved, so behind one that ended early slices go on for a while,
// without writing anything, until the next one may begin.
//
// Thread: one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "core/model/state_stream.hpp"
#include "host/runtime/snapshot_limits.hpp"
#include "host/runtime/snapshot_pipe.hpp"

namespace assay::host {

class SlicedSnapshot final {
 public:
  using Clock = std::chrono::steady_clock;

  // What is saved: see core::HistoryStore for what the three do.
  class State {
   public:
    virtual ~State() = default;
    [[nodiscard]] virtual tl::expected<void, std::string> begin_save(core::StateSink& sink) = 0;
    virtual bool save_some(std::size_t work) = 0;
    virtual void stop_save() = 0;
  };
  enum class Progress {
    none,   // nothing could be done
    some,   // something was done, or it has ended early
    whole,  // all of it is in the pipe, which is to be finished
  };

  SlicedSnapshot() = default;
  ~SlicedSnapshot() { abandon(); }
  SlicedSnapshot(const SlicedSnapshot&) = delete;
  SlicedSnapshot& operator=(const SlicedSnapshot&) = delete;

  [[nodiscard]] bool under_way() const { return pipe_ != nullptr; }
  // Whether something of an earlier one is still to be told apart, by advance().
  [[nodiscard]] bool leftover() const { return leftover_; }

  // The cut. After an error nothing is under way.
  [[nodiscard]] tl::expected<void, std::string> begin(State& state,
                                                      std::shared_ptr<SnapshotPipe> pipe);
  // Goes on until that time, at least for a step, where there is room.
  Progress advance(State& state, const SnapshotLimits& limits, Clock::time_point until);
  // Behind Progress::whole; as SnapshotPipe::finish().
  void finish(std::uint64_t usable);
  // Nobody wants it any more.
  void withdraw(State& state);
  // The same where the state is gone.
  void abandon();

  // Goes on to the end, and waits for the disk meanwhile. False when the time is over.
  [[nodiscard]] bool complete(State& state, const SnapshotLimits& limits, Clock::time_point until);

 private:
  [[nodiscard]] std::string too_costly(const SnapshotLimits& limits) const;
  void leave(State& state);

  std::shared_ptr<SnapshotPipe> pipe_;
  Clock::time_point begun_{};
  bool leftover_ = false;
};

}  // namespace assay::host
