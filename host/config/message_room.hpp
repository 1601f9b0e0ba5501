// How large a message may be for what its readers hold of it to stay within `memory`.
//
// Each worker reads, and so does whoever follows the holders' topic. A reader has, at the worst,
// ten times the longest message for decoding it (its copy, the places of its parts, the keys that
// it must tell apart), and of a batch that it fills three times its texts; besides, what is fetched
// and what is on its way goes beyond its bound by a message or a batch. With a sixty-fourth of a
// reader's part all that is under a third of it.
//
// Thread: any.
#pragma once

#include <algorithm>
#include <cstdint>

#include "host/config/config.hpp"

namespace assay::host {

inline constexpr Bytes kMessagesInPart = 64;

/// Of so many workers and the reader of the holders.
[[nodiscard]] inline std::int64_t readers(const Config& config, std::int64_t workers) {
  return workers + (config.holders && !config.holders->topic.empty() ? 1 : 0);
}

/// What one of them has of `memory`.
[[nodiscard]] inline Bytes reader_part(const Config& config, std::int64_t workers) {
  return config.memory / readers(config, workers);
}

/// As many workers as have room for the longest message, and one at least.
[[nodiscard]] inline std::int64_t workers_with_room(const Config& config) {
  const auto all = config.memory / kMessagesInPart / std::max<Bytes>(config.source.max_message, 1);
  return std::max<std::int64_t>(all - readers(config, 0), 1);
}

}  // namespace assay::host
