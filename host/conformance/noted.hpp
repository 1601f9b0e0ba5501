// Compares what a plugin's note says of it with what it has declared.
//
// Thread: any.
#pragma once

#include <string>

#include "host/config/node.hpp"
#include "host/conformance/judgement.hpp"
#include "host/conformance/open_binder.hpp"
#include "host/conformance/opened_plugin.hpp"

namespace assay::host {

// The note in words, with the file that a person mends: the plugin.json beside the plugin, where
// its project lies.
[[nodiscard]] std::string note_words(const Candidate& candidate);

// What is wrong with a note that says nothing that can be used; null where it is sound or none.
[[nodiscard]] const Finding* unsound_note(const Candidate& candidate);

// Fields and reasons, where the note has them: a `parameter` stands for its value, and so does a
// `{parameter}` in a code; what stands under `when` may be missing. Throws Broken at the first
// difference.
[[nodiscard]] Judgement compare_with_note(const Candidate& candidate, const Declared& declared,
                                          const Node& settings);

}  // namespace assay::host
