// The conformance run of `assay plugins validate`: a plugin's file, tried against every promise of
// the ABI that can be tried without a deployment, each in a process of its own with a deadline.
//
// Thread: control; the process must have no others, and no plugin loaded.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/conformance/promise.hpp"

namespace assay::host {

struct CheckReport {
  std::string check{};
  std::string promise{};
  Judgement judgement{};
};

struct Conformance {
  std::string file{};
  std::string name{};  // "hello_rule 1.0.0"; "?" without a note
  PluginKind kind = PluginKind::rule;
  std::vector<CheckReport> reports{};

  [[nodiscard]] std::size_t count(Judgement::Outcome outcome) const;
  [[nodiscard]] bool holds() const { return count(Judgement::Outcome::failed) == 0; }
};

struct ConformanceOptions {
  std::chrono::milliseconds deadline = std::chrono::seconds(10);  // of each check
  std::vector<std::string> only{};  // ids of checks; empty: all. Essential ones always run
};

// The file is copied first, and the copy is what all checks look at. The error is a sentence:
// the file cannot be read, or is no plugin of a kind that is known.
[[nodiscard]] tl::expected<Candidate, std::string> open_candidate(const std::string& path,
                                                                  const PluginsConfig& plugins);

[[nodiscard]] Conformance try_all(const Candidate& candidate, const ConformanceOptions& options);

// Every id, of rules and sinks.
[[nodiscard]] std::vector<std::string> all_check_ids();

}  // namespace assay::host
