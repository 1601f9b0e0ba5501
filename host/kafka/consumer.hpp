// One worker's way to Kafka: messages one at a time, assignments as events that are answered when
// the worker is ready, commits judged partition by partition.
//
// Nothing happens behind the worker's back: librdkafka's callbacks run inside poll() and only
// record. After an `assigned` event nothing is fetched until start() says where, which may be
// seconds later as long as poll() goes on; the group waits for us meanwhile. After `revoked` and
// `lost` fetching has stopped, and the partitions are given up by release(). An unreachable broker
// is counted and told, never an end: librdkafka goes on trying. The one end is the fence.
//
// Thread: the worker that made it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/model/message.hpp"
#include "core/model/position.hpp"
#include "host/kafka/commit_outcome.hpp"
#include "host/kafka/fetched_messages.hpp"
#include "host/kafka/partition_queues.hpp"
#include "host/kafka/properties.hpp"
#include "host/kafka/queue_watch.hpp"

namespace assay::host {

/// A place in one partition: the record that comes next.
struct Position {
  core::PartitionId partition{};
  core::Offset next{};  // -1: the beginning of the log
  friend constexpr bool operator==(const Position&, const Position&) = default;
};

struct AssignmentEvent {
  enum class Kind : std::uint8_t {
    assigned,  // answer with start()
    revoked,   // drain, commit, answer with release()
    lost,      // the same without drain and commit: they are another member's already
  };
  Kind kind = Kind::assigned;
  std::vector<core::PartitionId> partitions{};
};

/// The first record that is there, and the place behind the last one.
struct LogRange {
  core::Offset low{};
  core::Offset high{};
};

/// A partition whose next record is not in the log: expired (wanted < low) or never written
/// (wanted > high). Nothing of it is fetched until rewind() names another place.
struct Gap {
  core::PartitionId partition{};
  core::Offset wanted{};
  LogRange log{};
};

/// How far one partition is behind the end of its log.
struct Lag {
  core::PartitionId partition{};
  core::Offset next{};  // to be given out
  core::Offset end{};   // behind the newest record, as the last answer of the broker told
  bool held = false;    // its first record waits for a slower partition
  std::int64_t records() const { return end.value > next.value ? end.value - next.value : 0; }
};

/// A time in one partition's log.
struct Moment {
  core::PartitionId partition{};
  std::int64_t milliseconds = 0;  // since 1970, as records are stamped
};

struct ConsumerCounters {
  std::uint64_t messages = 0;
  std::uint64_t out_of_order = 0;  // offsets that did not rise: dropped
  std::uint64_t errors = 0;        // of brokers and connections
  std::uint64_t rebalances = 0;
  std::uint64_t gaps = 0;
  std::uint64_t commits = 0;  // per partition
  std::uint64_t commit_retries = 0;
  std::uint64_t commit_drops = 0;
};

class Consumer final {
 public:
  using Milliseconds = std::chrono::milliseconds;

  /// Subscribes, unless the membership is `none`; contacts nobody yet.
  [[nodiscard]] static tl::expected<std::unique_ptr<Consumer>, KafkaError> open(
      ConsumerOptions options);
  /// Closes.
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  /// The next message; its bytes stay valid until the next poll(), start(), rewind(), release() or
  /// close(). Nothing: the time is over, or there is an event, a gap or the fence to look at. A
  /// timeout of zero takes what is there.
  [[nodiscard]] std::optional<core::Message> poll(Milliseconds timeout);

  [[nodiscard]] std::optional<AssignmentEvent> take_event();
  [[nodiscard]] std::optional<Gap> take_gap();

  /// Fetches these partitions, each from its place. May name fewer than were assigned: the others
  /// are ours but not read.
  [[nodiscard]] tl::expected<void, KafkaError> start(std::span<const Position> positions);
  /// Gives up all partitions; also the answer to an `assigned` that will not be followed.
  [[nodiscard]] tl::expected<void, KafkaError> release();
  /// Reads one partition of those started from another place; the others go on where they are.
  [[nodiscard]] tl::expected<void, KafkaError> rewind(Position position);

  /// While paused poll() serves the group and gives no message. What was fetched ahead is fetched
  /// again: for stalls, not for breaths.
  void pause();
  void resume();
  bool paused() const { return paused_; }

  /// Sends what has advanced, without waiting. One request is under way at a time: what comes
  /// meanwhile, and what must be said again, goes with the next call. Partitions that are not ours
  /// are left out.
  void commit(std::span<const Position> positions);
  /// The highest position that the group is known to hold, of those committed here since the
  /// partition was started or rewound; -1 before the first.
  [[nodiscard]] core::Offset acknowledged(core::PartitionId partition) const;
  /// Sends and waits, again and again until each is committed or dropped or the time is over. True:
  /// all are committed.
  [[nodiscard]] bool commit_and_wait(std::span<const Position> positions, Milliseconds timeout);

  /// Blocking questions to the brokers. Partitions without a committed offset are absent.
  [[nodiscard]] tl::expected<std::map<core::PartitionId, core::Offset>, KafkaError> committed(
      std::span<const core::PartitionId> partitions, Milliseconds timeout);
  [[nodiscard]] tl::expected<LogRange, KafkaError> log_range(core::PartitionId partition,
                                                             Milliseconds timeout);
  /// For each partition the first record that is stamped at or after its time (milliseconds since
  /// 1970); nothing where there is none.
  [[nodiscard]] tl::expected<std::vector<std::optional<core::Offset>>, KafkaError> offsets_at(
      std::span<const Moment> moments, Milliseconds timeout);
  [[nodiscard]] tl::expected<std::string, KafkaError> cluster_id(Milliseconds timeout);
  [[nodiscard]] tl::expected<std::int32_t, KafkaError> partition_count(const std::string& topic,
                                                                       Milliseconds timeout);

  /// Our name in the group; empty unless the membership is fixed.
  [[nodiscard]] std::string static_id() const { return instance_id(options_); }
  /// Set once the group has fenced us, for ever: why, for a person.
  const std::optional<std::string>& fenced() const { return fenced_; }
  /// The host of the member that has our static id now; nothing where none has.
  [[nodiscard]] tl::expected<std::optional<std::string>, KafkaError> rival_host(
      Milliseconds timeout);

  /// What keeps us from the brokers; nothing once a message, an assignment or a commit has come
  /// through.
  const std::optional<std::string>& trouble() const { return trouble_; }
  /// Asks the brokers whether they are back, for at most a tenth of a second, where there is
  /// trouble: with nothing to read and nothing to commit nobody else would.
  void look_after_trouble();
  const ConsumerCounters& counters() const { return counters_; }
  /// Partitions with records that wait for a slower partition.
  std::size_t held() const { return queues_ ? queues_->held() : 0; }
  /// Of the partitions that are read, by what is known here: asks nobody. One of which no broker
  /// has answered yet is left out.
  [[nodiscard]] std::vector<Lag> lags() const;

  /// A static member stays in the group until its session is over; a dynamic one leaves.
  void close();

 private:
  struct Hooks;
  struct Partition {
    bool ours = false;       // started
    std::int64_t next = -1;  // behind the last message given out
    std::int64_t committed = -1;
  };

  explicit Consumer(ConsumerOptions options);
  MessageHandle next_message(Milliseconds timeout);
  MessageHandle next_aligned(Milliseconds timeout);
  MessageHandle serve(Milliseconds timeout);
  Partition& at(core::PartitionId partition);
  bool ours(core::PartitionId partition) const;
  PartitionListHandle list_of_ours() const;
  tl::expected<void, KafkaError> assign(const rd_kafka_topic_partition_list_t* list);
  void learn_leaders();
  void keep_awake();
  void wake_brokers(int patience_ms) const;
  PartitionListHandle committable(std::span<const Position> positions) const;
  void judge(rd_kafka_resp_err_t overall, const rd_kafka_topic_partition_list_t* list);

  void on_rebalance(rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t* list);
  void on_error(rd_kafka_resp_err_t code, const char* reason);
  void take_error(const rd_kafka_message_t& message);
  void measure_gaps();
  void log(KafkaLogLevel level, const std::string& text) const;

  ConsumerOptions options_;
  std::unique_ptr<Hooks> hooks_;
  KafkaHandle client_;
  TopicHandle topic_;
  QueueHandle queue_;
  FetchedMessages fetched_;
  QueueWatch queue_watch_;
  std::unique_ptr<PartitionQueues> queues_;  // with a pace
  MessageHandle message_;
  std::optional<core::Redrive> redrive_;  // of that message
  std::vector<Partition> partitions_;     // by id
  std::deque<AssignmentEvent> events_;
  std::deque<Gap> unmeasured_;  // the brokers have not yet said what is there
  std::deque<Gap> gaps_;
  std::chrono::steady_clock::time_point measure_after_{};
  std::map<rd_kafka_resp_err_t, std::chrono::steady_clock::time_point> told_;
  std::optional<std::string> fenced_;
  std::optional<std::string> trouble_;
  ConsumerCounters counters_;
  std::chrono::steady_clock::time_point wake_until_{};
  bool waking_ = false;
  bool paused_ = false;
  bool leaders_known_ = false;
  bool commit_under_way_ = false;
  bool closing_ = false;
};

}  // namespace assay::host
