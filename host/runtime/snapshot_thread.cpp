#include "host/runtime/snapshot_thread.hpp"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace assay::host {
namespace {

tl::expected<void, std::string> write_to(const SnapshotFolder& folder,
                                         const SnapshotThread::Order& order) {
  auto writer = folder.begin(order.part, order.number, order.positions, order.newest);
  if (!writer) return tl::unexpected(writer.error());
  for (const auto& block : order.body.blocks()) (*writer)->write(block);
  return (*writer)->finish();
}

}  // namespace

SnapshotThread::SnapshotThread(const SnapshotFolder& folder)
    : folder_(&folder), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "snapshots");
}

SnapshotThread::~SnapshotThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void SnapshotThread::put(Order order) {
  {
    const std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
  }
  changed_.notify_all();
}

bool SnapshotThread::busy(const StatePart& part) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(
      orders_, [&](const Order& order) { return order.part.partition == part.partition; });
}

bool SnapshotThread::flush(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return orders_.empty(); });
}

SnapshotReport SnapshotThread::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

void SnapshotThread::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return !orders_.empty() || ending_; });
    if (orders_.empty()) return;
    auto& order = orders_.front();  // others are put behind it
    lock.unlock();
    write(order);
    lock.lock();
    orders_.pop_front();
    changed_.notify_all();
  }
}

void SnapshotThread::write(Order& order) {
  const auto name = order.part.name();
  const auto done = write_to(*folder_, order);
  if (done) {
    folder_->prune(order.part, order.usable);
    if (order.written) order.written();
    spdlog::debug("{}: snapshot {} written, {} bytes", name, order.number, order.body.bytes());
  }
  const std::lock_guard lock(mutex_);
  if (done) {
    ++report_.written;
    report_.bytes += order.body.bytes();
  } else {
    ++report_.failed;
  }
  const bool failed_before = std::exchange(failing_[name], !done);
  if (!done && !failed_before) {
    spdlog::warn(
        "{}: no snapshot could be written, a start from now on has more to replay; it is tried "
        "again: {}",
        name, done.error());
  } else if (done && failed_before) {
    spdlog::info("{}: snapshots are written again", name);
  }
}

}  // namespace assay::host
