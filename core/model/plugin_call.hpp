// Which plugin a thread is in, so that a call that never comes back, or ends the process, can be
// laid at somebody's door.
//
// A mark costs two stores a call, and a call is a batch.
//
// Thread: each has a mark of its own; others may read it for as long as the thread lives.
#pragma once

#include <assay/types.h>

#include <atomic>

#include "core/model/plugin_error.hpp"

namespace assay::core {

// As PluginCall was given it; null in code of ours.
inline thread_local constinit std::atomic<const char*> in_plugin{nullptr};

class PluginCall final {
 public:
  // `whom` as a message names it, e.g. "rule `large`, plugin large_amount 1.0.0". It must live for
  // as long as anybody may ask.
  explicit PluginCall(const char* whom) : outer_(in_plugin.load(std::memory_order_relaxed)) {
    in_plugin.store(whom, std::memory_order_relaxed);
  }
  ~PluginCall() { in_plugin.store(outer_, std::memory_order_relaxed); }
  PluginCall(const PluginCall&) = delete;
  PluginCall& operator=(const PluginCall&) = delete;

 private:
  const char* outer_;
};

// Makes a plugin's call that answers a status. One that throws, which none may, has failed.
template <class Call>
assay_status enter_plugin(const char* whom, assay_error& error, Call&& call) {
  const PluginCall mark(whom);
  try {
    return call();
  } catch (...) {
    error.clear();
    error.failed = true;
    error.message = "it let an exception out, which no plugin may";
    return ASSAY_FAILED;
  }
}

// Makes a plugin's call that answers no status. An exception out of it ends the process here, where
// the plugin's name is still known.
template <class Call>
void enter_plugin(const char* whom, Call&& call) noexcept {
  const PluginCall mark(whom);
  call();
}

}  // namespace assay::core
