// What the log says of an alarm: numbers, window and limit in words.
//
// Thread: any.
#pragma once

#include <string>

#include "core/decision/alarm.hpp"

namespace assay::host {

// "412 of 5000 transactions within 10 minutes"
[[nodiscard]] std::string counted_words(const core::EventWindow::Counts& counts,
                                        const core::AlarmLimits& limits);
// "5 %", "0.25 %"
[[nodiscard]] std::string share_words(std::int32_t millionths);

}  // namespace assay::host
