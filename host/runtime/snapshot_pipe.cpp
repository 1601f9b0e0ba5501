#include "host/runtime/snapshot_pipe.hpp"

#include <algorithm>

namespace assay::host {

void SnapshotBell::ring() {
  {
    const std::lock_guard lock(mutex_);
    rung_ = true;
  }
  changed_.notify_one();
}

void SnapshotBell::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return rung_; });
  rung_ = false;
}

SnapshotPipe::SnapshotPipe(const SnapshotLimits& limits, std::shared_ptr<SnapshotBell> bell)
    : room_(limits.room), most_(limits.most), bell_(std::move(bell)) {
  mine_.reserve(kPiece);
}

// --- the owner's end ---------------------------------------------------------------------------

void SnapshotPipe::write(std::span<const std::byte> bytes) {
  if (overrun_ || broken_) return;
  if (waiting_ + mine_.size() + bytes.size() > most_) {
    overrun_ = true;
    return;
  }
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), kPiece - mine_.size()));
    mine_.insert(mine_.end(), part.begin(), part.end());
    bytes = bytes.subspan(part.size());
    if (mine_.size() == kPiece) hand_on();
  }
}

void SnapshotPipe::hand_on() {
  {
    const std::lock_guard lock(mutex_);
    waiting_ += mine_.size();
    pieces_.push_back(std::exchange(mine_, {}));
    if (!spare_.empty()) {
      mine_ = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  mine_.clear();
  mine_.reserve(kPiece);
  bell_->ring();
}

bool SnapshotPipe::wait_for_room(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, until, [&] { return !full() || broken_; });
}

void SnapshotPipe::finish(std::uint64_t usable) {
  if (!mine_.empty()) hand_on();
  usable_ = usable;
  end(End::finished);
}

void SnapshotPipe::give_up(std::string why) {
  why_ = std::move(why);
  end(End::given_up);
}

void SnapshotPipe::withdraw() { end(End::withdrawn); }

void SnapshotPipe::end(End how) {
  {
    const std::lock_guard lock(mutex_);
    end_ = how;
  }
  bell_->ring();
}

// --- the writing end ---------------------------------------------------------------------------

bool SnapshotPipe::take(Piece& piece) {
  {
    const std::lock_guard lock(mutex_);
    if (pieces_.empty()) return false;
    if (piece.capacity() > 0 && spare_.size() * kPiece < room_) spare_.push_back(std::move(piece));
    piece = std::move(pieces_.front());
    pieces_.pop_front();
    waiting_ -= piece.size();
  }
  changed_.notify_all();
  return true;
}

SnapshotPipe::End SnapshotPipe::end() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

void SnapshotPipe::break_off() {
  {
    const std::lock_guard lock(mutex_);
    broken_ = true;
    pieces_.clear();
    waiting_ = 0;
  }
  changed_.notify_all();
}

}  // namespace assay::host
