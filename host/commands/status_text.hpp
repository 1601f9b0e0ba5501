// What `assay status` prints for a person: the checks first, then the figures.
//
// Thread: any.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace assay::host {

// Of what /status shows.
[[nodiscard]] std::string status_text(const nlohmann::ordered_json& status);

// Of what /readyz shows: the first check that fails, with its reason; empty where none is told.
[[nodiscard]] std::string first_reason(const std::string& readiness);

}  // namespace assay::host
