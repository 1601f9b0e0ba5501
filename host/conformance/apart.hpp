// Runs one check in a process of its own, so that a plugin that crashes, hangs or breaks what is
// everybody's ends that check and nothing else.
//
// The process is a fork: the caller must have no threads and no plugin loaded. It has a group of
// its own, dies with its parent, leaves no core file, and what it prints goes to standard error.
//
// Thread: control.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "host/conformance/judgement.hpp"

namespace assay::host {

// A crash is a failure that names the signal and the call that the plugin was in; so is a check
// that is not done after `deadline`, which is ended.
[[nodiscard]] Judgement judge_apart(const std::function<Judgement()>& check,
                                    std::chrono::milliseconds deadline);

// For such a process: which call into the plugin it is in. `call` is a constant text.
void tell_parent_of(const char* call);

// For such a process: ends it here with a failure; for signal handlers, too. In any other the words
// go to standard error, and it ends with 1.
[[noreturn]] void fail_from_anywhere(const char* message, const char* help);

}  // namespace assay::host
