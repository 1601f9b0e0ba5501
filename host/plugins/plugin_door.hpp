// Which plugin each thread is in: what a fatal signal and the watchdog of stuck calls look at.
//
// Thread: each has a mark of its own; others may read it for as long as the thread lives.
#pragma once

#include <atomic>
#include <utility>

#include "core/model/plugin_call.hpp"

namespace assay::host {

// As the call was made for it; null in code of ours.
inline thread_local constinit std::atomic<const char*> in_plugin{nullptr};

class ThreadDoor final : public core::PluginDoor {
 public:
  const char* swap(const char* whom) noexcept override {
    const auto* const outer = in_plugin.load(std::memory_order_relaxed);
    in_plugin.store(whom, std::memory_order_relaxed);
    return outer;
  }
};

// Of whichever thread asks.
inline core::PluginDoor* thread_door() {
  static ThreadDoor door;
  return &door;
}

// As core's, through the thread's door.
template <class Call>
assay_status enter_plugin(const char* whom, assay_error& error, Call&& call) {
  return core::enter_plugin(thread_door(), whom, error, std::forward<Call>(call));
}
template <class Call>
void enter_plugin(const char* whom, Call&& call) noexcept {
  core::enter_plugin(thread_door(), whom, std::forward<Call>(call));
}

}  // namespace assay::host
