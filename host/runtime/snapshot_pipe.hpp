// State on its way from its owner to the thread that writes it: bytes in pieces, with a bounded
// number of them between the two.
//
// The owner never waits. full() tells it to come again later, but what it must say now, because it
// is about to change, finds room beyond that, up to a limit; behind it the pipe takes nothing more
// and the snapshot cannot become whole. Either end may give up, and the other one learns of it.
//
// Thread: the owner's end one at a time, the writing end the thread of snapshots.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/model/state_stream.hpp"
#include "host/runtime/snapshot_limits.hpp"

namespace assay::host {

// Wakes the thread at the writing end of many pipes.
class SnapshotBell final {
 public:
  void ring();
  void wait();  // until it was rung since the last wait

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;
};

class SnapshotPipe final : public core::StateSink {
 public:
  using Piece = std::vector<std::byte>;
  static constexpr std::size_t kPiece = 256 << 10;  // bytes
  enum class End {
    open,
    finished,   // nothing more comes, all of it is there
    given_up,   // it cost too much
    withdrawn,  // nobody wants it any more
  };

  SnapshotPipe(const SnapshotLimits& limits, std::shared_ptr<SnapshotBell> bell);

  // --- the owner's end -------------------------------------------------------------------------

  void write(std::span<const std::byte> bytes) override;
  [[nodiscard]] bool full() const { return waiting_ >= room_; }
  // Waits for the other end. False when the time is over.
  [[nodiscard]] bool wait_for_room(std::chrono::steady_clock::time_point until);
  // Something is lost: it must be given up.
  [[nodiscard]] bool overrun() const { return overrun_; }
  // The other end takes nothing any more.
  [[nodiscard]] bool broken() const { return broken_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  // `usable`: the newest snapshot at or below that number is kept.
  void finish(std::uint64_t usable);
  void give_up(std::string why);
  void withdraw();

  // --- the writing end -------------------------------------------------------------------------

  // Fills `piece`, whose memory is used again, with what comes next. False: nothing waits.
  [[nodiscard]] bool take(Piece& piece);
  [[nodiscard]] End end() const;
  // As they were given, behind the end.
  [[nodiscard]] std::uint64_t usable() const { return usable_; }
  [[nodiscard]] const std::string& why() const { return why_; }
  void break_off();

 private:
  void hand_on();
  void end(End how);

  const std::size_t room_;
  const std::size_t most_;
  const std::shared_ptr<SnapshotBell> bell_;

  Piece mine_;  // the owner's
  std::size_t bytes_ = 0;
  std::atomic<bool> overrun_ = false;
  std::atomic<bool> broken_ = false;
  std::atomic<std::size_t> waiting_ = 0;  // bytes of pieces that nobody has taken yet

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> pieces_;
  std::vector<Piece> spare_;
  End end_ = End::open;
  std::uint64_t usable_ = 0;
  std::string why_;
};

}  // namespace assay::host
