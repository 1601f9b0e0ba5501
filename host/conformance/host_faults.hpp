// Lives of a plugin in which the host fails: at each of its calls in turn, or by having no
// interface at all.
//
// Thread: control, in the process of a check.
#pragma once

#include <functional>

#include "host/conformance/judgement.hpp"

namespace assay::host {

// Lives once, and gives back what it made even where a call was refused. Throws Refused then.
using Life = std::function<void()>;

// A life of its own, in a process of its own, for each call that can fail. What the plugin then
// refuses it has to refuse with words, unless it only hands on what the binder, which speaks for
// itself, has refused. Throws Broken at the first call after which it does not.
[[nodiscard]] Judgement judge_host_faults(const Life& life);

[[nodiscard]] Judgement judge_without_interfaces(const Life& life);

}  // namespace assay::host
