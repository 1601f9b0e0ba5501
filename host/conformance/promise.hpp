// A promise of the ABI that the conformance run holds a plugin to, and the check that does it.
//
// Thread: control; each runs in a process of its own.
#pragma once

#include <span>
#include <string>

#include "host/conformance/judgement.hpp"
#include "host/conformance/opened_plugin.hpp"

namespace assay::host {

struct Promise {
  const char* id;     // "batch_sizes"; stable
  const char* words;  // what is promised, said of a sound plugin
  Judgement (*judge)(const Candidate& candidate);
  // Where it fails nothing of the others can be tried.
  bool essential = false;
};

// In the order in which they are run.
[[nodiscard]] std::span<const Promise> file_checks();  // of both; they load it as the engine does
[[nodiscard]] std::span<const Promise> rule_checks();
[[nodiscard]] std::span<const Promise> sink_checks();

}  // namespace assay::host
