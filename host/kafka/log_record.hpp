// A record of a topic, owned, with everything that can be put back: absent is not empty.
//
// Thread: any; plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/kafka/dead_letter.hpp"

namespace assay::host {

struct LogRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;  // since 1970; -1: the broker keeps none
  std::optional<std::string> key{};
  std::optional<std::string> value{};
  RecordHeaders headers{};

  /// The first header of that name, or empty.
  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [one, text] : headers) {
      if (one == name) return text;
    }
    return {};
  }
};

}  // namespace assay::host
