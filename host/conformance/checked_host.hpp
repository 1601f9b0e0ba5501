// The host as a check plays it: the same tables as the engine's, each call noted by the CallWatch,
// which may make it fail.
//
// A rule finds no clock, for it has no use for one. What a plugin logs goes to standard error, what
// it counts nowhere.
//
// Thread: any, as the ABI says of each function.
#pragma once

#include <assay/host.h>
#include <assay/rule.h>

#include <cstdint>
#include <vector>

namespace assay::host {

enum class PluginKind { rule, sink };

// One for the process of a check, as the plugin's only host.
[[nodiscard]] const assay_host* checked_host(PluginKind kind);

// Where a batch's verdicts go, and what assay.explain/1 adds to them.
struct CheckedVerdicts {
  struct More {
    std::uint32_t row;
    std::uint32_t number;
    std::int64_t value;
  };
  assay_verdicts head;  // first: the plugin hands its address back
  std::vector<More> more{};
};

}  // namespace assay::host
