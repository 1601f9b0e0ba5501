// The event time of a message that nobody has decoded yet, to tell which partition goes first.
//
// It reads the value behind the first place where the time's key stands as text, and nothing else:
// a hundredth of a message rather than all of it. That is a glance and no judgement. Where a feed
// hides the key (escaped, or earlier in another object) or the value is no time, the record's own
// time stands in, and so it does for a time further ahead of the record than is plausible, which
// the decoder will refuse. A wrong glance moves a record against those of other partitions and
// changes nothing else.
//
// Thread: any; it is immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/decode/schema.hpp"
#include "core/model/message.hpp"

namespace assay::core {

class TimeGlance final {
 public:
  // `ahead`: nanoseconds, as DecodeOptions::time_ahead.
  TimeGlance(const Schema& schema, std::optional<std::int64_t> ahead);

  // Nanoseconds since 1970.
  [[nodiscard]] std::int64_t operator()(const Message& message) const;

 private:
  std::string key_;  // quoted; empty: messages have no time
  std::optional<std::int64_t> ahead_;
};

}  // namespace assay::core
