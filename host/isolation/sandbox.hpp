// What the process of a rule may do, taken away in two steps.
//
// While the library is loaded and reads its models and lists it may read files and use memory; it
// may not write to a file, start a thread or a process, or speak to anybody. Once the rule is bound
// it may use memory, tell the time, wait for its turn and end: nothing else. A call that is not
// allowed ends the process, and the engine hears which one it was.
//
// Thread: the process's only one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace assay::host {

class RuleEnd;

namespace sandbox {

// First of all: ends with `parent`, gains no rights, leaves no core file, has no network where the
// system allows that, and no more memory than that many bytes. The error is a sentence.
[[nodiscard]] tl::expected<void, std::string> enter(pid_t parent, std::int64_t memory);
// `told` hears of the call that ends the process; it must outlive it.
[[nodiscard]] tl::expected<void, std::string> allow_loading(const RuleEnd& told);
[[nodiscard]] tl::expected<void, std::string> allow_judging();

}  // namespace sandbox
}  // namespace assay::host
