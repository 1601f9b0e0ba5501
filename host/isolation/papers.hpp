// What the process of a rule is given to begin with: what the rule is called, what it is configured
// with, what it may use.
//
// It lies in memory of its own, which the process reads once. The parameters hold secrets in clear;
// nobody but the process sees them.
//
// Thread: any; plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/config/node.hpp"

namespace assay::host {

struct Papers {
  std::string file{};  // of the plugin, as messages name it
  std::string whom{};  // "rule `small_burst`", for the list of processes
  Node parameters{};   // with the places that they have in the configuration, without its text
  std::string config_hash{};
  std::string configuration{};  // as JSON, secrets as ***
  std::string engine_version{};
  std::int64_t memory = 0;          // bytes of its address space
  std::chrono::nanoseconds spin{};  // how long it waits for a question without going to sleep
};

[[nodiscard]] std::vector<std::byte> to_bytes(const Papers& papers);
// Nothing where the bytes are no papers.
[[nodiscard]] std::optional<Papers> papers_of(std::span<const std::byte> bytes);

}  // namespace assay::host
