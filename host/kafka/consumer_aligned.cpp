// How a consumer reads partitions that have queues of their own.
#include <algorithm>
#include <string>
#include <utility>

#include "host/kafka/consumer.hpp"

namespace assay::host {
namespace {

// What other workers hold back may go as soon as they are further.
constexpr auto look_again = std::chrono::milliseconds{1};

}  // namespace

// Whoever may wait begins a batch: the group is served, and what has come is looked for. Within a
// batch only what is known to be there is taken.
MessageHandle Consumer::next_aligned(Milliseconds timeout) {
  if (paused_) return serve(timeout);
  const bool may_wait = timeout > Milliseconds{0};
  if (may_wait) {
    if (auto error = serve(Milliseconds{0})) return error;
    if (!events_.empty() || !queues_->is_open()) return nullptr;
    queues_->refresh();
  }
  if (auto message = queues_->next()) {
    if (queues_->ask_for_more()) wake_brokers(0);
    return message;
  }
  if (!may_wait) return nullptr;
  if (const auto count = queues_->passed_over()) {
    log(KafkaLogLevel::warning,
        "a slower partition belongs to a worker that stands still (" + std::to_string(count) +
            " of them): it is waited for no longer, and what it reads later is late for history "
            "that partitions share");
  }
  if (auto error = serve(queues_->held() > 0 ? std::min(timeout, look_again) : timeout)) {
    return error;
  }
  if (!events_.empty()) return nullptr;
  queues_->refresh();
  return queues_->next();
}

// Events and errors come through the consumer's own queue; messages do only in the moment before
// their partition has its own.
MessageHandle Consumer::serve(Milliseconds timeout) {
  MessageHandle message{rd_kafka_consumer_poll(client_.get(), static_cast<int>(timeout.count()))};
  // All of them, for what their partition's own queue holds comes behind.
  while (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    queues_->take_in(std::move(message));
    message.reset(rd_kafka_consumer_poll(client_.get(), 0));
  }
  return message;
}

}  // namespace assay::host
