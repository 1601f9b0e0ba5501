// The thread that writes snapshots, so that no worker waits for a disk.
//
// Every snapshot comes through a pipe of its own, and the thread takes a piece from each in turn: a
// large one that is taken slowly keeps nobody waiting. A write that fails (a full disk, say), or a
// snapshot that was given up because it cost too much, is told once for each part until one
// succeeds, and counted; the engine goes on, and the next start has more to replay.
//
// Thread: any.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/runtime/snapshot_pipe.hpp"
#include "host/state/snapshot_folder.hpp"

namespace assay::host {

struct SnapshotReport {
  std::uint64_t written = 0;
  std::uint64_t failed = 0;
  std::uint64_t given_up = 0;  // they cost too much
  std::uint64_t bytes = 0;     // of bodies, written
};

class SnapshotThread final {
 public:
  using Clock = std::chrono::steady_clock;

  struct Order {
    StatePart part;
    std::uint64_t number = 0;
    std::vector<SnapshotHead::Next> positions;
    std::int64_t newest = 0;             // event time, nanoseconds
    std::string plan = {};               // that made it; empty: the folder's
    std::function<void()> written = {};  // called on the thread, behind a success; may be empty
  };

  // The folder must outlive it.
  SnapshotThread(const SnapshotFolder& folder, const SnapshotLimits& limits);
  // Writes what was finished before; the rest is withdrawn.
  ~SnapshotThread();

  // Of a part, only where nothing of it is under way.
  [[nodiscard]] std::shared_ptr<SnapshotPipe> open(Order order);
  // Whether something of that part is under way.
  [[nodiscard]] bool busy(const StatePart& part) const;
  // Waits until it is not; false when the time is over.
  bool wait_for(const StatePart& part, Clock::time_point until) const;
  // Waits until everything that was finished so far is written or has failed.
  bool flush(std::chrono::milliseconds patience);
  [[nodiscard]] SnapshotReport report() const;

 private:
  struct Job {
    Order order;
    std::shared_ptr<SnapshotPipe> pipe;
    std::unique_ptr<SnapshotWriter> writer = nullptr;  // made with the first piece
  };
  enum class Fate { written, failed, given_up, withdrawn };

  [[nodiscard]] bool known(const StatePart& part) const;
  void run();
  bool serve(Job& job);
  void put(Job& job);
  void conclude(Job& job);
  void leave(Job& job, Fate fate, const std::string& why);
  void tell(const std::string& name, Fate fate, const std::string& why);

  const SnapshotFolder* folder_;
  const SnapshotLimits limits_;
  const std::shared_ptr<SnapshotBell> bell_ = std::make_shared<SnapshotBell>();
  SnapshotPipe::Piece piece_;
  std::map<std::string, bool> failing_;  // by part; the thread's
  std::atomic<bool> ending_ = false;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::list<Job> jobs_;
  SnapshotReport report_;
  std::thread thread_;  // last: it looks at all of them
};

}  // namespace assay::host
