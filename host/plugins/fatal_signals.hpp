// A process that is ended by a fatal signal says in whose code that was, in one line on standard
// error: a plugin that breaks the process is found by its name, not by a debugger.
//
// The signal ends the process as it would have done, with its core file. A debugger's or a
// sanitizer's own handlers are left alone. A plugin that calls exit() is named, too, and the
// process ends with the code of a bug: whoever watches it must not take that for a proper end.
//
// Thread: report_fatal_signals() before there are others.
#pragma once

#include <cstddef>
#include <memory>

namespace assay::host {

void report_fatal_signals();

// Once more behind each library: what is registered last is heard first, before the library's own
// destructors run beside threads that live.
void report_exits();

// Room for the report of a thread whose own stack is used up; for as long as the thread runs.
class SignalStack final {
 public:
  SignalStack();
  ~SignalStack();
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  std::unique_ptr<std::byte[]> memory_;
};

}  // namespace assay::host
