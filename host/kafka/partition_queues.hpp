// The partitions of one consumer, each with its queue, in the order of a Lineup.
//
// librdkafka puts all partitions into one queue, in the order in which they were fetched. Here each
// keeps its own: one that has to wait is simply not read, librdkafka stops fetching it when its
// queue is full, and nothing is thrown away or fetched again. When a queue that was empty gets
// something, the consumer's own queue is made to yield, so that whoever waits there looks here.
//
// Thread: the consumer's.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/model/message.hpp"
#include "host/kafka/fetched_messages.hpp"
#include "host/kafka/handles.hpp"
#include "host/kafka/lineup.hpp"
#include "host/kafka/pace.hpp"
#include "host/kafka/queue_watch.hpp"

namespace assay::host {

/// The event time of a message that is not decoded yet, nanoseconds since 1970.
using EventTime = std::function<std::int64_t(const core::Message&)>;

/// The message as the engine sees it; a view.
[[nodiscard]] core::Message view_of(const rd_kafka_message_t& raw);

class PartitionQueues final {
 public:
  /// The client, its consumer queue and the pace outlive it.
  PartitionQueues(rd_kafka_t* client, rd_kafka_queue_t* queue, EventTime event_time, Pace& pace,
                  std::uint32_t worker);
  ~PartitionQueues();
  PartitionQueues(const PartitionQueues&) = delete;
  PartitionQueues& operator=(const PartitionQueues&) = delete;

  /// Gives each partition of the list its own queue; they were just assigned, from the offsets of
  /// the list.
  void open(const rd_kafka_topic_partition_list_t& list);
  /// Lets the partitions' messages go to the consumer's queue again, and expects others.
  void close();
  /// Partitions may come at any moment, and where they are is not known: the others wait for them
  /// as for a worker that stands still.
  void expect();
  [[nodiscard]] bool is_open() const { return !lanes_.empty(); }

  /// Looks for what has come since.
  void refresh();
  /// What goes next; null where nothing is there or nothing may go.
  [[nodiscard]] MessageHandle next();
  /// A message that came through the consumer's queue before the partition had its own.
  void take_in(MessageHandle message);

  /// Partitions with records that must wait for a slower one, here or in another worker.
  [[nodiscard]] std::size_t held() const;
  [[nodiscard]] bool holds(std::int32_t partition) const;
  /// Whether so much has been read that whoever fills the queues should be woken (QueueWatch); it
  /// is said once.
  [[nodiscard]] bool ask_for_more() { return std::exchange(asks_, false); }
  /// Workers that stood still and are waited for no longer; each is said once.
  [[nodiscard]] std::size_t passed_over() { return std::exchange(passed_over_, 0); }

 private:
  using Clock = Pace::Clock;
  struct Lane {
    std::string topic;
    std::int32_t partition = 0;
    QueueHandle queue;
    std::deque<MessageHandle> strays;  // before what is in the queue
    FetchedMessages fetched;
    QueueWatch watch;
    MessageHandle head;
    std::int64_t next = -1;  // behind the last message taken out of the queue
    bool dry = false;        // since the last refresh()
    std::optional<Clock::time_point> empty_since;
  };

  void advance(std::size_t index);
  void wait();
  [[nodiscard]] bool at_end(const Lane& lane) const;

  rd_kafka_t* client_;
  rd_kafka_queue_t* queue_;
  EventTime event_time_;
  Pace* pace_;
  std::uint32_t worker_;
  Lineup lineup_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  bool asks_ = false;
  Clock::time_point looked_{};  // in refresh()
  std::optional<Clock::time_point> waiting_since_;
  std::size_t passed_over_ = 0;
};

}  // namespace assay::host
