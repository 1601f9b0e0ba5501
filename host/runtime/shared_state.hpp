// The stores that partitions share, as something that is saved in slices while all workers go on.
//
// The cut is made while no worker is between the records of a batch; from then on each stripe is
// entered under its lock, by whoever takes a slice and by whoever counts a transaction. Both may
// have an item to write, of different stripes, at the same time: items go in one after the other.
//
// Thread: one at a time; the cut as it says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

#include "core/features/shared_history.hpp"
#include "host/runtime/sliced_snapshot.hpp"

namespace assay::host {

class SharedState final : public SlicedSnapshot::State {
 public:
  // Must outlive it.
  explicit SharedState(core::SharedHistory& history) : history_(&history) {}

  // While no worker is at work.
  [[nodiscard]] tl::expected<void, std::string> begin_save(core::StateSink& sink) override;
  bool save_some(std::size_t work) override;
  void stop_save() override;

 private:
  // Where the items of all stripes go in.
  class Entrance final : public core::StateSink {
   public:
    // While nobody writes.
    void lead_to(core::StateSink& sink) { sink_ = &sink; }
    void write(std::span<const std::byte> bytes) override {
      const std::lock_guard lock(mutex_);
      sink_->write(bytes);
    }

   private:
    std::mutex mutex_;
    core::StateSink* sink_ = nullptr;
  };

  core::SharedHistory* history_;
  Entrance entrance_;
  bool saving_ = false;
  std::uint32_t stripe_ = 0;  // those below it are done
};

}  // namespace assay::host
