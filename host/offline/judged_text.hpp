// A judged transaction as a page for a person, and as one JSON object.
//
// The page begins with sentences that can be read aloud: what was decided and why. Behind them
// stand every rule's answer and every value that a rule could have read.
#pragma once

#include <string>

#include "host/offline/judged.hpp"

namespace assay::host {

[[nodiscard]] std::string to_page(const Judged& judged, bool colour);
// With a newline at its end.
[[nodiscard]] std::string to_json(const Judged& judged);

}  // namespace assay::host
