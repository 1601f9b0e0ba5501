#include "host/kafka/partition_queues.hpp"

#include <algorithm>
#include <utility>

namespace assay::host {
namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;

// A partition that gives nothing for that long is idle, whatever its end is said to be: behind its
// last record there may be marks of transactions, and a full queue sleeps for a second.
constexpr std::chrono::milliseconds patience{1'100};

void on_arrival(rd_kafka_t*, void* opaque) {
  rd_kafka_queue_yield(static_cast<rd_kafka_queue_t*>(opaque));
}

}  // namespace

core::Message view_of(const rd_kafka_message_t& raw) {
  const std::int64_t time = rd_kafka_message_timestamp(&raw, nullptr);
  return {
      .payload = {static_cast<const char*>(raw.payload), raw.len},
      .key = {static_cast<const char*>(raw.key), raw.key_len},
      .partition = {raw.partition},
      .offset = {raw.offset},
      .timestamp = time < 0 ? 0 : time * ns_per_ms,
  };
}

PartitionQueues::PartitionQueues(rd_kafka_t* client, rd_kafka_queue_t* queue, EventTime event_time,
                                 Pace& pace, std::uint32_t worker)
    : client_(client),
      queue_(queue),
      event_time_(std::move(event_time)),
      pace_(&pace),
      worker_(worker),
      lineup_(pace.alignment()) {}

PartitionQueues::~PartitionQueues() {
  close();
  pace_->report(worker_, Lineup::nobody);
}

void PartitionQueues::expect() {
  pace_->sign(worker_, Clock::now());
  pace_->report(worker_, Lineup::unknown);
}

void PartitionQueues::open(const rd_kafka_topic_partition_list_t& list) {
  close();
  // Nobody is held back by what nobody else could be ahead of.
  if (list.cnt == 0 || (list.cnt == 1 && pace_->workers() == 1)) {
    pace_->report(worker_, Lineup::nobody);
    return;
  }
  for (int i = 0; i < list.cnt; ++i) {
    const auto& entry = list.elems[i];
    auto lane = std::make_unique<Lane>();
    lane->queue.reset(rd_kafka_queue_get_partition(client_, entry.topic, entry.partition));
    lane->topic = entry.topic;
    lane->partition = entry.partition;
    lane->next = entry.offset;
    if (lane->queue) {
      rd_kafka_queue_forward(lane->queue.get(), nullptr);
      rd_kafka_queue_cb_event_enable(lane->queue.get(), &on_arrival, queue_);
    }
    lanes_.push_back(std::move(lane));
  }
  lineup_.reset(lanes_.size());
  waiting_since_.reset();
  looked_ = Clock::now();
  pace_->sign(worker_, looked_);
  pace_->report(worker_, lineup_.slowest());
}

void PartitionQueues::close() {
  for (const auto& lane : lanes_) {
    if (!lane->queue) continue;
    rd_kafka_queue_cb_event_enable(lane->queue.get(), nullptr, nullptr);
    rd_kafka_queue_forward(lane->queue.get(), queue_);
  }
  lanes_.clear();
  lineup_.reset(0);
  expect();
}

void PartitionQueues::refresh() {
  const auto now = Clock::now();
  // Whoever stood still has not been waiting for others.
  if (now - looked_ > pace_->patience() / 2) waiting_since_.reset();
  looked_ = now;
  pace_->sign(worker_, now);
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    lanes_[i]->dry = false;
    if (!lineup_.shows(i)) advance(i);
  }
  // Only between two batches: what was taken since is counted by now.
  pace_->report(worker_, lineup_.slowest());
}

MessageHandle PartitionQueues::next() {
  const auto chosen = lineup_.next(pace_->slowest_but(worker_));
  if (!chosen) {
    wait();
    return nullptr;
  }
  waiting_since_.reset();
  auto message = std::move(lanes_[*chosen]->head);
  lineup_.take(*chosen);
  advance(*chosen);
  return message;
}

// Another worker holds us, or nobody does. One that gives no sign is waited for so long and no
// longer.
void PartitionQueues::wait() {
  if (held() == 0) {
    waiting_since_.reset();
  } else if (!waiting_since_) {
    waiting_since_ = looked_;
  } else if (const auto since = looked_ - pace_->patience(); since > *waiting_since_) {
    passed_over_ += pace_->pass_over(since);
  }
}

void PartitionQueues::take_in(MessageHandle message) {
  const auto found = std::ranges::find(lanes_, message->partition,
                                       [](const auto& lane) { return lane->partition; });
  if (found != lanes_.end()) (*found)->strays.push_back(std::move(message));
}

std::size_t PartitionQueues::held() const {
  return is_open() ? lineup_.held(pace_->slowest_but(worker_)) : 0;
}

bool PartitionQueues::holds(std::int32_t partition) const {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (lanes_[i]->partition == partition) return lineup_.holds(i, pace_->slowest());
  }
  return false;
}

// Shows the lane's next message, or finds out why there is none.
void PartitionQueues::advance(std::size_t index) {
  auto& lane = *lanes_[index];
  if (!lane.strays.empty()) {
    lane.head = std::move(lane.strays.front());
    lane.strays.pop_front();
  } else {
    lane.head = lane.fetched.next();
    if (!lane.head && !lane.dry && lane.queue) {
      lane.fetched.refill(lane.queue.get());
      asks_ |= lane.watch.is_half_empty(rd_kafka_queue_length(lane.queue.get()));
      lane.head = lane.fetched.next();
      lane.dry = !lane.head;
    }
  }
  if (lane.head) {
    lane.empty_since.reset();
    if (lane.head->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      lineup_.show(index, Lineup::unknown);  // no record: it is told at once
      return;
    }
    lane.next = lane.head->offset + 1;
    lineup_.show(index, event_time_(view_of(*lane.head)));
    return;
  }
  if (lineup_.idle(index)) return;
  const auto now = Clock::now();
  if (!lane.empty_since) lane.empty_since = now;
  if (now - *lane.empty_since > patience || at_end(lane)) lineup_.rest(index);
}

// As far as the newest fetch has told.
bool PartitionQueues::at_end(const Lane& lane) const {
  std::int64_t low = -1;
  std::int64_t high = -1;
  const auto code =
      rd_kafka_get_watermark_offsets(client_, lane.topic.c_str(), lane.partition, &low, &high);
  return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 &&
         high <= std::max<std::int64_t>(lane.next, 0);
}

}  // namespace assay::host
