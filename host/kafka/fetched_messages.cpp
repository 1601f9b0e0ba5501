#include "host/kafka/fetched_messages.hpp"

#include <algorithm>

namespace assay::host {
namespace {

constexpr std::size_t cache_line = 64;   // bytes
constexpr std::size_t worth_it = 1'024;  // bytes; the processor follows a longer text by itself

void prefetch(const rd_kafka_message_t& message) {
  const auto* bytes = static_cast<const char*>(message.payload);
  const auto size = std::min(message.len, worth_it);
  for (std::size_t at = 0; at < size; at += cache_line) __builtin_prefetch(bytes + at);
}

}  // namespace

MessageHandle FetchedMessages::next() {
  if (next_ == end_) return nullptr;
  MessageHandle message{messages_[next_++]};
  if (next_ != end_) prefetch(*messages_[next_]);
  return message;
}

void FetchedMessages::refill(rd_kafka_queue_t* queue) {
  const auto got = rd_kafka_consume_batch_queue(queue, 0, messages_.data(), messages_.size());
  next_ = 0;
  end_ = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
}

void FetchedMessages::clear() {
  while (next()) {
  }
}

}  // namespace assay::host
