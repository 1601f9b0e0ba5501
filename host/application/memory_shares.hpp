// How the memory budget (`memory`) is shared out among those who hold what is on its way.
//
// A fifth is for what is fetched ahead, half for decided batches until every step has delivered
// them: the worker stops reading at four fifths of that. The rest is for what is copied to be
// written together (`batch.bytes`, an eighth at most), for blocks that are being filled, dead
// letters and the sinks' own buffers. What is remembered is no matter of this budget. Letters that
// wait for their topic count as what is on its way.
//
// Thread: any.
#pragma once

#include <algorithm>
#include <cstdint>

#include "host/config/config.hpp"
#include "host/config/message_room.hpp"

namespace assay::host {

// Of the whole process.
[[nodiscard]] inline Bytes prefetch_share(const Config& config) { return config.memory / 5; }
// Besides, where holders are followed: once they are caught up with, little comes.
[[nodiscard]] inline Bytes holders_prefetch_share(const Config& config) {
  return prefetch_share(config) / 4;
}
[[nodiscard]] inline Bytes flight_share(const Config& config) { return config.memory / 2; }
// Texts of a batch that a worker fills, beside those of one message.
[[nodiscard]] inline Bytes batch_share(const Config& config, std::uint32_t workers) {
  constexpr Bytes kLeast = 64 << 10;
  constexpr Bytes kEnough = 1 << 20;
  return std::clamp(reader_part(config, workers) / 16, kLeast, kEnough);
}
// What may wait for an optional step before it drops records.
[[nodiscard]] inline Bytes optional_share(const Config& config) { return config.memory / 10; }

}  // namespace assay::host
