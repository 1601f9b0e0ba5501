// What has become of the wishes to read the configuration again.
//
// Thread: whoever has it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace assay::host {

struct ReloadReport {
  std::uint64_t done = 0;
  std::uint64_t refused = 0;
  bool under_way = false;  // read, and some worker still judges by the one before
  std::string refusal;     // of the last one; empty where that was none
  std::string changes;     // what the last one that was not refused has changed, in words
  std::chrono::system_clock::time_point in_force_since{};
  std::size_t plugins_retired = 0;
};

}  // namespace assay::host
