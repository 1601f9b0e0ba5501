// The headers of a record that was put back into its topic: where it stood first, for which step it
// is, and the how manieth attempt it is.
//
// Thread: any.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <optional>
#include <string>

#include "core/model/redrive.hpp"
#include "host/kafka/log_record.hpp"

namespace assay::host {

struct RedriveMark {
  std::uint32_t attempt = 0;  // from 1
  std::int32_t partition = 0;
  std::int64_t offset = 0;  // where the producer's record stood: of the first life, not the last
  std::string step{};       // empty: the record did not decode
};

/// Nothing for a record that its producer has written.
[[nodiscard]] std::optional<RedriveMark> read_redrive_mark(const RecordHeaders& headers);
/// The headers of the record that is put back: the producer's own, and ours anew.
[[nodiscard]] RecordHeaders with_redrive_mark(RecordHeaders headers, const RedriveMark& mark);

/// For the worker's loop: a record without headers costs next to nothing. The view ends with `raw`.
[[nodiscard]] std::optional<core::Redrive> redrive_of(const rd_kafka_message_t& raw);

}  // namespace assay::host
