// Compares what a plugin's note says of it with what it has declared.
//
// Thread: any.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "host/config/node.hpp"
#include "host/conformance/judgement.hpp"
#include "host/conformance/open_binder.hpp"

namespace assay::host {

// Fields and reasons, where the note has them: a `parameter` stands for its value, and so does a
// `{parameter}` in a code; what stands under `when` may be missing. Throws Broken at the first
// difference.
[[nodiscard]] Judgement compare_with_note(const nlohmann::json& note, const Declared& declared,
                                          const Node& settings);

}  // namespace assay::host
