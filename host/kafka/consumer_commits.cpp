// How a consumer's positions are committed, and what becomes of what the group answers.
#include <algorithm>

#include "host/kafka/consumer.hpp"

namespace assay::host {
namespace {

using std::chrono::steady_clock;

int ms(Consumer::Milliseconds timeout) { return static_cast<int>(timeout.count()); }

}  // namespace

PartitionListHandle Consumer::committable(std::span<const Position> positions) const {
  PartitionListHandle list{rd_kafka_topic_partition_list_new(static_cast<int>(positions.size()))};
  for (const Position& position : positions) {
    if (!ours(position.partition)) continue;
    const auto& partition = partitions_[static_cast<std::size_t>(position.partition.value)];
    if (position.next.value <= partition.committed) continue;
    auto* entry = rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(),
                                                    position.partition.value);
    entry->offset = position.next.value;
  }
  return list;
}

core::Offset Consumer::acknowledged(core::PartitionId partition) const {
  if (!ours(partition)) return {-1};
  return {partitions_[static_cast<std::size_t>(partition.value)].committed};
}

void Consumer::commit(std::span<const Position> positions) {
  // Two requests under way could arrive the wrong way round after a retry, and the older one win.
  if (commit_under_way_) return;
  const auto list = committable(positions);
  if (list->cnt == 0) return;
  const auto code = rd_kafka_commit(client_.get(), list.get(), 1);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    commit_under_way_ = true;
  } else {
    judge(code, list.get());
  }
}

bool Consumer::commit_and_wait(std::span<const Position> positions, Milliseconds timeout) {
  const auto end = steady_clock::now() + timeout;
  const auto left = [&] {
    return std::max(Milliseconds{0},
                    std::chrono::duration_cast<Milliseconds>(end - steady_clock::now()));
  };
  const QueueHandle queue{rd_kafka_queue_new(client_.get())};
  std::vector<Position> open(positions.begin(), positions.end());
  const auto drops_before = counters_.commit_drops;
  std::erase_if(open, [&](const Position& position) { return !ours(position.partition); });
  const bool all_ours = open.size() == positions.size();
  for (;;) {
    const auto list = committable(open);
    if (list->cnt == 0) return all_ours;
    rd_kafka_commit_queue(client_.get(), list.get(), queue.get(), nullptr, nullptr);
    const EventHandle answer{rd_kafka_queue_poll(queue.get(), ms(left()))};
    if (!answer) return false;
    judge(rd_kafka_event_error(answer.get()),
          rd_kafka_event_topic_partition_list(answer.get()) != nullptr
              ? rd_kafka_event_topic_partition_list(answer.get())
              : list.get());
    if (counters_.commit_drops != drops_before) return false;
    if (committable(open)->cnt == 0) return all_ours;
    if (left() == Milliseconds{0}) return false;
    // A moment for the coordinator; the queue stays silent, so this is a pause that ends early
    // when the client does.
    const EventHandle silence{rd_kafka_queue_poll(queue.get(), std::min(ms(left()), 100))};
  }
}

void Consumer::judge(rd_kafka_resp_err_t overall, const rd_kafka_topic_partition_list_t* list) {
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& entry = list->elems[i];
    switch (commit_outcome(overall, entry.err)) {
      case CommitOutcome::committed:
        ++counters_.commits;
        end_trouble(kAnswerAgain);
        if (ours({entry.partition})) {
          auto& partition = at({entry.partition});
          partition.committed = std::max(partition.committed, entry.offset);
        }
        break;
      case CommitOutcome::retry:
        ++counters_.commit_retries;
        on_error(entry.err != RD_KAFKA_RESP_ERR_NO_ERROR ? entry.err : overall,
                 "a commit was not taken and will be sent again");
        break;
      case CommitOutcome::drop:
        ++counters_.commit_drops;
        break;
    }
  }
}

}  // namespace assay::host
