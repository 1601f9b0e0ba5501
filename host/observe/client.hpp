// One question to a running engine's endpoint.
//
// Thread: any.
#pragma once

#include <chrono>
#include <string>
#include <tl/expected.hpp>

#include "host/config/config.hpp"
#include "host/observe/pages.hpp"

namespace assay::host {

// Waits for at most the patience for the connection, and again for the answer. An error says why
// nobody answered; an answer of any status is none.
[[nodiscard]] tl::expected<Answer, std::string> ask_endpoint(const ObserveConfig& at,
                                                             const std::string& path,
                                                             std::chrono::milliseconds patience);

}  // namespace assay::host
