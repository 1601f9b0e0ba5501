// A record as it came from the log: raw bytes and where they stood.
//
// A view: the bytes belong to the source and are valid until it is asked for more.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/position.hpp"
#include "core/model/redrive.hpp"

namespace assay::core {

struct Message {
  std::string_view payload;
  std::string_view key;  // empty where there is none
  PartitionId partition;
  Offset offset;
  std::int64_t timestamp = 0;        // of the record, nanoseconds since 1970-01-01 UTC
  const Redrive* redrive = nullptr;  // null for what the producer has written
};

}  // namespace assay::core
