// The configuration of a plugin under test: dotted keys and what a person writes behind them, read
// through assay.config/1 as if they stood in a file.
#pragma once

#include <assay/plugin.h>

#include <string>
#include <utility>
#include <vector>

namespace assay::testing::sinks {

// In the order of the file: {"limits.EUR", "10"}.
using Settings = std::vector<std::pair<std::string, std::string>>;

const assay_config_api& dotted_config_api();

// What the table's functions take; the settings must outlive it.
const assay_config* dotted_config(const Settings& settings);

}  // namespace assay::testing::sinks
