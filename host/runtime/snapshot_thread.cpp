#include "host/runtime/snapshot_thread.hpp"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace assay::host {

SnapshotThread::SnapshotThread(const SnapshotFolder& folder, const SnapshotLimits& limits)
    : folder_(&folder), limits_(limits), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "snapshots");
}

SnapshotThread::~SnapshotThread() {
  ending_ = true;
  bell_->ring();
  thread_.join();
}

std::shared_ptr<SnapshotPipe> SnapshotThread::open(Order order) {
  auto pipe = std::make_shared<SnapshotPipe>(limits_, bell_);
  const std::lock_guard lock(mutex_);
  jobs_.push_back({std::move(order), pipe});
  return pipe;
}

bool SnapshotThread::known(const StatePart& part) const {
  return std::ranges::any_of(
      jobs_, [&](const Job& job) { return job.order.part.partition == part.partition; });
}

bool SnapshotThread::busy(const StatePart& part) const {
  const std::lock_guard lock(mutex_);
  return known(part);
}

bool SnapshotThread::wait_for(const StatePart& part, Clock::time_point until) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, until, [&] { return !known(part); });
}

bool SnapshotThread::flush(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] {
    return std::ranges::none_of(
        jobs_, [](const Job& job) { return job.pipe->end() == SnapshotPipe::End::finished; });
  });
}

SnapshotReport SnapshotThread::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

// --- the thread --------------------------------------------------------------------------------

void SnapshotThread::run() {
  for (;;) {
    std::vector<Job*> jobs;  // only this thread takes one out of the list
    {
      const std::lock_guard lock(mutex_);
      for (auto& job : jobs_) jobs.push_back(&job);
    }
    if (jobs.empty() && ending_) return;
    bool any = false;
    for (auto* job : jobs) any = serve(*job) || any;
    if (!any) bell_->wait();
  }
}

// One piece, or the end. False: there is nothing to do yet.
bool SnapshotThread::serve(Job& job) {
  auto end = job.pipe->end();  // asked first: no piece comes behind the end
  if (end == SnapshotPipe::End::open && ending_) end = SnapshotPipe::End::withdrawn;
  if (end == SnapshotPipe::End::given_up) {
    leave(job, Fate::given_up, job.pipe->why());
    return true;
  }
  if (end == SnapshotPipe::End::withdrawn) {
    leave(job, Fate::withdrawn, {});
    return true;
  }
  if (job.pipe->take(piece_)) {
    put(job);
    return true;
  }
  if (end == SnapshotPipe::End::open) return false;
  conclude(job);
  return true;
}

void SnapshotThread::put(Job& job) {
  const auto& order = job.order;
  if (!job.writer) {
    const auto folder = order.plan.empty() ? *folder_ : folder_->of_plan(order.plan);
    auto begun = folder.begin(order.part, order.number, order.positions, order.newest);
    if (!begun) return leave(job, Fate::failed, begun.error());
    job.writer = std::move(*begun);
  }
  job.writer->write(piece_);
  if (const auto fault = job.writer->fault(); !fault.empty()) leave(job, Fate::failed, fault);
}

void SnapshotThread::conclude(Job& job) {
  const auto done = job.writer->finish();
  if (!done) return leave(job, Fate::failed, done.error());
  folder_->prune(job.order.part, job.pipe->usable());
  if (job.order.written) job.order.written();
  leave(job, Fate::written, {});
}

void SnapshotThread::leave(Job& job, Fate fate, const std::string& why) {
  job.pipe->break_off();
  job.writer.reset();  // what is not whole is removed, before another one of the part may begin
  tell(job.order.part.name(), fate, why);
  const std::lock_guard lock(mutex_);
  report_.written += fate == Fate::written;
  report_.failed += fate == Fate::failed;
  report_.given_up += fate == Fate::given_up;
  if (fate == Fate::written) {
    report_.bytes += job.pipe->bytes();
    spdlog::debug("{}: snapshot {} written, {} bytes", job.order.part.name(), job.order.number,
                  job.pipe->bytes());
  }
  jobs_.remove_if([&](const Job& one) { return &one == &job; });
  changed_.notify_all();
}

void SnapshotThread::tell(const std::string& name, Fate fate, const std::string& why) {
  if (fate == Fate::withdrawn) return;
  const bool done = fate == Fate::written;
  const bool failed_before = std::exchange(failing_[name], !done);
  if (!done && !failed_before) {
    spdlog::warn(
        "{}: no snapshot could be written, a start from now on has more to replay; it is tried "
        "again: {}",
        name, why);
  } else if (done && failed_before) {
    spdlog::info("{}: snapshots are written again", name);
  }
}

}  // namespace assay::host
