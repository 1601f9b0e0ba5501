#include "host/runtime/state_keeper.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace assay::host {
namespace {

constexpr std::chrono::minutes kPatience{1};  // with what is being written, at the end
const StatePart kShared{};

std::uint64_t as_number(core::Offset offset) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(offset.value, 0));
}

}  // namespace

StateKeeper::StateKeeper(SnapshotFolder folder, std::chrono::milliseconds interval,
                         core::SharedHistory* shared, const SnapshotLimits& limits)
    : folder_(std::move(folder)),
      interval_(interval),
      limits_(limits),
      shared_(shared),
      next_shared_(Clock::now() + interval),
      plan_(folder_.plan()),
      thread_(folder_, limits) {
  if (shared_) shared_state_.emplace(*shared_);
}

core::Offset StateKeeper::position(const Positions& positions, core::PartitionId partition) {
  const auto found = positions.find(partition);
  return found == positions.end() ? core::Offset{0} : found->second;
}

// --- what is shared ----------------------------------------------------------------------------

void StateKeeper::restore_shared() {
  if (!shared_) return;
  if (const auto all = folder_.list(kShared); !all.empty()) number_ = all.front().number;
  for (const auto& entry : folder_.list(kShared)) {
    const auto reader = folder_.newest(kShared, entry.number);
    if (!reader) break;
    if (!shared_->load(*reader) || reader->remaining() > 0) {
      folder_.set_aside(reader->path(), reader->path().string() + " does not hold these features");
      continue;
    }
    for (const auto& [partition, next] : reader->head().positions) standing_[partition] = next;
    written_ = standing_;
    spdlog::info("history that partitions share is restored from {}: {} keys",
                 reader->path().string(), shared_->keys());
    return;
  }
  spdlog::info("there is no snapshot of the history that partitions share: it is read again");
}

BatchGate::Pass StateKeeper::enter() { return shared_ ? gate_.enter() : BatchGate::Pass(); }

void StateKeeper::stand(core::PartitionId partition, core::Offset next) {
  if (!shared_) return;
  const std::lock_guard lock(mutex_);
  auto& known = standing_[partition];
  known = std::max(known, next);
}

bool StateKeeper::turn(Clock::time_point until) {
  if (!shared_) return false;
  const std::unique_lock mine(turn_, std::try_to_lock);
  if (!mine) return false;
  if (!taking_.under_way() && !taking_.leftover()) {
    if (Clock::now() < next_shared_ || thread_.busy(kShared)) return false;
    next_shared_ = Clock::now() + interval_;
    return begin_shared();
  }
  const auto progress = taking_.advance(*shared_state_, limits_, until);
  if (progress == SlicedSnapshot::Progress::whole) taking_.finish(number_);
  return progress != SlicedSnapshot::Progress::none;
}

void StateKeeper::finish() {
  if (!shared_) return;
  const std::lock_guard mine(turn_);
  const auto until = Clock::now() + kPatience;
  taking_.withdraw(*shared_state_);
  if (!thread_.wait_for(kShared, until) || !begin_shared()) return;
  if (taking_.complete(*shared_state_, limits_, until)) taking_.finish(number_);
}

void StateKeeper::succeed(std::string plan, const std::function<void()>& change) {
  const std::lock_guard mine(turn_);
  if (shared_) taking_.withdraw(*shared_state_);
  change();
  next_shared_ = Clock::now();
  if (plan_ == plan) return;
  plan_ = std::move(plan);
  // What is on disk, or on its way there, is of the plan before.
  const std::lock_guard lock(mutex_);
  ++plans_;
  written_.clear();
}

// The cut, while all workers stand between batches. False: nothing has changed since the last one.
bool StateKeeper::begin_shared() {
  const auto all = gate_.close();
  SnapshotThread::Order order;
  Positions standing;
  std::uint64_t plans = 0;
  {
    const std::lock_guard lock(mutex_);
    if (standing_ == written_) return false;
    standing = standing_;
    plans = plans_;
  }
  order.number = ++number_;
  order.plan = plan_;
  for (const auto& [partition, next] : standing) order.positions.push_back({partition, next});
  order.written = [this, plans, standing = std::move(standing)] {
    const std::lock_guard lock(mutex_);
    if (plans == plans_) written_ = standing;
  };
  (void)taking_.begin(*shared_state_, thread_.open(std::move(order)));
  return true;
}

// --- partitions --------------------------------------------------------------------------------

core::Offset StateKeeper::fitting(core::PartitionId partition, core::Offset resume) const {
  if (!shared_) return resume;
  const std::lock_guard lock(mutex_);
  return std::min(resume, position(standing_, partition));
}

void StateKeeper::begin(core::PartitionId partition, core::Offset snapshot) {
  const std::lock_guard lock(mutex_);
  saved_[partition] = snapshot;
}

void StateKeeper::begin_anew(core::PartitionId partition) {
  const std::lock_guard lock(mutex_);
  saved_[partition] = {0};
  ++anew_[partition];
}

core::Offset StateKeeper::saved(core::PartitionId partition) const {
  const std::lock_guard lock(mutex_);
  return position(saved_, partition);
}

std::shared_ptr<SnapshotPipe> StateKeeper::open(core::PartitionId partition, core::Offset next,
                                                std::int64_t newest, std::string plan) {
  SnapshotThread::Order order;
  order.part = {partition};
  order.number = as_number(next);
  order.positions = {{partition, next}};
  order.newest = newest;
  order.plan = std::move(plan);
  {
    const std::lock_guard lock(mutex_);
    order.written = [this, partition, next, anew = anew_[partition]] {
      const std::lock_guard mine(mutex_);
      if (anew == anew_[partition]) saved_[partition] = next;
    };
  }
  return thread_.open(std::move(order));
}

std::uint64_t StateKeeper::usable(core::PartitionId partition, core::Offset delivered) const {
  if (!shared_) return as_number(delivered);
  const std::lock_guard lock(mutex_);
  return as_number(std::min(delivered, position(written_, partition)));
}

bool StateKeeper::busy(core::PartitionId partition) const { return thread_.busy({partition}); }

}  // namespace assay::host
