// What has an id in a configuration (a rule, a sink, a step, a field): which came, which went and
// which stayed and are other ones.
//
// Thread: any.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/comparison/change.hpp"

namespace assay::host {

struct Named {
  std::string id;
  Settings settings;
};

/// One change for each that is not the same, in the order of `after`, what is gone last. `explain`
/// adds what comes of it.
void compare_named(Changes& changes, Change::Part part, const std::vector<Named>& before,
                   const std::vector<Named>& after, const std::function<void(Change&)>& explain);

/// Whether a setting at or below one of these paths is another one; files that only hold something
/// else do not count.
[[nodiscard]] bool touches(const Change& change, const std::vector<std::string>& paths);

}  // namespace assay::host
