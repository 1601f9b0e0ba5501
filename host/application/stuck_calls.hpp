// The watchdog of plugins: tells of a worker that stands in a plugin's call for longer than any
// batch takes.
//
// Nobody can end such a call from outside without ending the process, so it is told, once for each
// time: a person, or whoever looks at /livez, decides.
//
// Thread: whoever looks; one at a time.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "host/application/status.hpp"

namespace assay::host {

class StuckCalls final {
 public:
  static constexpr std::chrono::seconds kPatience{10};

  // What is to be told of the worker as it is now; nothing where that was told, or all is well.
  [[nodiscard]] std::optional<std::string> look(const Status::Worker& worker);

 private:
  std::map<std::string, bool> told_;  // by the worker's name
};

}  // namespace assay::host
