// The thread that writes snapshots, so that no worker waits for a disk.
//
// A write that fails (a full disk, say) is told once for each part until one succeeds, and counted;
// the engine goes on, and the next start has more to replay.
//
// Thread: put(), busy(), flush() and report() any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/runtime/state_blocks.hpp"
#include "host/state/snapshot_folder.hpp"

namespace assay::host {

struct SnapshotReport {
  std::uint64_t written = 0;
  std::uint64_t failed = 0;
  std::uint64_t bytes = 0;  // of bodies, written
};

class SnapshotThread final {
 public:
  struct Order {
    StatePart part;
    std::uint64_t number = 0;
    std::vector<SnapshotHead::Next> positions;
    std::int64_t newest = 0;   // event time, nanoseconds
    std::uint64_t usable = 0;  // the newest at or below it is kept
    StateBlocks body;
    std::function<void()> written = {};  // called on the thread, behind a success; may be empty
  };

  // The folder must outlive it.
  explicit SnapshotThread(const SnapshotFolder& folder);
  // Writes what was put before.
  ~SnapshotThread();

  void put(Order order);
  // Whether something of that part is still to be written.
  [[nodiscard]] bool busy(const StatePart& part) const;
  // Waits until everything put so far is written or has failed; false when the time is over.
  bool flush(std::chrono::milliseconds patience);
  [[nodiscard]] SnapshotReport report() const;

 private:
  void run();
  void write(Order& order);

  const SnapshotFolder* folder_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Order> orders_;             // the first one is being written
  std::map<std::string, bool> failing_;  // by part
  SnapshotReport report_;
  bool ending_ = false;
  std::thread thread_;  // last: it looks at all of them
};

}  // namespace assay::host
