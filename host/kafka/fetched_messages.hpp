// Messages that librdkafka has handed over together and that nobody has looked at yet.
//
// Taken without waiting, so a piece holds what was there. The bytes of a message were written by
// another core, often long before; while one is worked on, those of the next are fetched into the
// cache.
//
// Thread: the consumer's.
#pragma once

#include <array>
#include <cstddef>

#include "host/kafka/handles.hpp"

namespace assay::host {

class FetchedMessages final {
 public:
  FetchedMessages() = default;
  ~FetchedMessages() { clear(); }
  FetchedMessages(const FetchedMessages&) = delete;
  FetchedMessages& operator=(const FetchedMessages&) = delete;

  /// The next one; null where none is left.
  MessageHandle next();
  /// Takes what stands in the queue; only where none is left. Callbacks run inside.
  void refill(rd_kafka_queue_t* queue);
  void clear();

 private:
  static constexpr std::size_t most = 64;

  std::array<rd_kafka_message_t*, most> messages_{};
  std::size_t next_ = 0;
  std::size_t end_ = 0;
};

}  // namespace assay::host
