// A call into a plugin, marked, so that one that never comes back, or ends the process, can be laid
// at somebody's door.
//
// Core has no threads: who is where, the host keeps. Marking costs two virtual calls for a plugin's
// call, which is a batch.
//
// Thread: the caller's.
#pragma once

#include <assay/types.h>

#include "core/model/plugin_error.hpp"

namespace assay::core {

// Keeps whose call a thread is in.
class PluginDoor {
 public:
  virtual ~PluginDoor() = default;
  // From now on it is `whom`, null for nobody; answers who it was.
  virtual const char* swap(const char* whom) noexcept = 0;
};

class PluginCall final {
 public:
  // `whom` as a message names it, e.g. "rule `large`, plugin large_amount 1.0.0". It must live for
  // as long as anybody may ask. `door` may be null.
  PluginCall(PluginDoor* door, const char* whom)
      : door_(door), outer_(door ? door->swap(whom) : nullptr) {}
  ~PluginCall() {
    if (door_) door_->swap(outer_);
  }
  PluginCall(const PluginCall&) = delete;
  PluginCall& operator=(const PluginCall&) = delete;

 private:
  PluginDoor* door_;
  const char* outer_;
};

// Makes a plugin's call that answers a status. One that throws, which none may, has failed.
template <class Call>
assay_status enter_plugin(PluginDoor* door, const char* whom, assay_error& error, Call&& call) {
  const PluginCall mark(door, whom);
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
void enter_plugin(PluginDoor* door, const char* whom, Call&& call) noexcept {
  const PluginCall mark(door, whom);
  call();
}

}  // namespace assay::core
