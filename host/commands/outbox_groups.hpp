// Records of an outbox that are in the same case, together: by step, state, code and reason.
//
// Thread: any; plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::host {

struct OutboxGroup {
  std::string step{};
  std::string state{};
  std::string code{};
  std::string reason{};  // with `#` for numbers where they differ in those
  std::uint64_t count = 0;
  std::string oldest{};  // stored, RFC 3339
  std::string newest{};
  std::string example{};  // TOPIC:PARTITION:OFFSET, the newest
  std::string receipt{};  // of the example, where it was sent
};

/// Of the lines that a sink answers; nothing where one is no group.
[[nodiscard]] std::optional<std::vector<OutboxGroup>> outbox_groups(const std::string& lines);

[[nodiscard]] std::uint64_t count_of(const std::vector<OutboxGroup>& groups);
[[nodiscard]] std::string print_outbox(const std::vector<OutboxGroup>& groups);
/// The groups as a list.
[[nodiscard]] std::string json_of_outbox(const std::vector<OutboxGroup>& groups);

}  // namespace assay::host
