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
#include "host/kafka/commit_outcome.hpp"
#include "host/kafka/fetched_messages.hpp"
#include "host/kafka/message_source.hpp"
#include "host/kafka/partition_queues.hpp"
#include "host/kafka/properties.hpp"
#include "host/kafka/queue_watch.hpp"
#include "host/kafka/sasl_renewal.hpp"

namespace assay::host {

class Consumer final : public MessageSource {
 public:
  /// Subscribes, unless the membership is `none`; contacts nobody yet.
  [[nodiscard]] static tl::expected<std::unique_ptr<Consumer>, KafkaError> open(
      ConsumerOptions options);
  /// Closes.
  ~Consumer() override;
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  [[nodiscard]] std::optional<core::Message> poll(Milliseconds timeout) override;
  [[nodiscard]] std::optional<AssignmentEvent> take_event() override;
  [[nodiscard]] std::optional<Gap> take_gap() override;
  [[nodiscard]] tl::expected<void, KafkaError> start(std::span<const Position> positions) override;
  [[nodiscard]] tl::expected<void, KafkaError> release() override;
  [[nodiscard]] tl::expected<void, KafkaError> rewind(Position position) override;
  void pause() override;
  void resume() override;
  bool paused() const override { return paused_; }
  void commit(std::span<const Position> positions) override;
  [[nodiscard]] core::Offset acknowledged(core::PartitionId partition) const override;
  [[nodiscard]] bool commit_and_wait(std::span<const Position> positions,
                                     Milliseconds timeout) override;
  [[nodiscard]] tl::expected<std::map<core::PartitionId, core::Offset>, KafkaError> committed(
      std::span<const core::PartitionId> partitions, Milliseconds timeout) override;
  [[nodiscard]] tl::expected<LogRange, KafkaError> log_range(core::PartitionId partition,
                                                             Milliseconds timeout) override;
  [[nodiscard]] tl::expected<std::vector<std::optional<core::Offset>>, KafkaError> offsets_at(
      std::span<const Moment> moments, Milliseconds timeout) override;
  [[nodiscard]] std::string static_id() const override { return instance_id(options_); }
  const std::optional<std::string>& fenced() const override { return fenced_; }
  [[nodiscard]] tl::expected<std::optional<std::string>, KafkaError> rival_host(
      Milliseconds timeout) override;
  const std::optional<std::string>& trouble() const override { return trouble_; }
  void look_after_trouble() override;
  const ConsumerCounters& counters() const override { return counters_; }
  std::size_t held() const override { return queues_ ? queues_->held() : 0; }
  [[nodiscard]] std::vector<Lag> lags() const override;
  void close() override;

  [[nodiscard]] tl::expected<std::string, KafkaError> cluster_id(Milliseconds timeout);
  [[nodiscard]] tl::expected<std::int32_t, KafkaError> partition_count(const std::string& topic,
                                                                       Milliseconds timeout);

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
  void let_go();
  tl::expected<void, KafkaError> assign(const rd_kafka_topic_partition_list_t* list);
  void learn_leaders();
  void keep_awake();
  void wake_brokers(int patience_ms) const;
  PartitionListHandle committable(std::span<const Position> positions) const;
  void judge(rd_kafka_resp_err_t overall, const rd_kafka_topic_partition_list_t* list);

  void on_rebalance(rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t* list);
  void on_error(rd_kafka_resp_err_t code, const char* reason);
  void end_trouble(const std::string& words);
  void take_error(const rd_kafka_message_t& message);
  void measure_gaps();
  void log(KafkaLogLevel level, const std::string& text) const;

  ConsumerOptions options_;
  SaslRenewal sasl_;
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
  static constexpr const char* kAnswerAgain = "the brokers answer again";
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
