// Tells when so much of the local queue has been read that whoever fills it should be woken.
//
// librdkafka's fetching thread that finds the queue full sleeps for up to a second, and a reader
// that is done sooner would starve. So it is woken when half of what stood there is gone: once, and
// then again only after the queue was filled anew. What comes in small numbers never stood still.
//
// Thread: the consumer's.
#pragma once

#include <algorithm>
#include <cstddef>

namespace assay::host {

class QueueWatch final {
 public:
  /// `length`: messages that stand in the queue now.
  [[nodiscard]] bool is_half_empty(std::size_t length) {
    most_ = std::max(most_, length);
    if (most_ < worth_it || length > most_ / 2) return false;
    most_ = length;
    return true;
  }

 private:
  static constexpr std::size_t worth_it = 1'000;  // messages

  std::size_t most_ = 0;  // since it was told last
};

}  // namespace assay::host
