#include "host/kafka/consumer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "host/kafka/redrive_headers.hpp"

namespace assay::host {
namespace {

using std::chrono::steady_clock;

// The same trouble is told again after that long.
constexpr auto tell_again = std::chrono::seconds{30};
constexpr auto measure_timeout = std::chrono::milliseconds{500};
constexpr auto measure_pause = std::chrono::seconds{1};
constexpr int wake_timeout_ms = 20;
constexpr auto wake_every = std::chrono::milliseconds{20};
constexpr auto longest_sleep = std::chrono::milliseconds{1'100};
constexpr int leaders_timeout_ms = 2'000;

int ms(Consumer::Milliseconds timeout) { return static_cast<int>(timeout.count()); }

std::int64_t raw_offset(core::Offset next) {
  return next.value < 0 ? RD_KAFKA_OFFSET_BEGINNING : next.value;
}

}  // namespace

struct Consumer::Hooks : KafkaHooks {
  explicit Hooks(Consumer& consumer) : self(&consumer) {}

  static Consumer& of(void* opaque) {
    return *static_cast<Hooks*>(static_cast<KafkaHooks*>(opaque))->self;
  }
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                           rd_kafka_topic_partition_list_t* list, void* opaque) {
    of(opaque).on_rebalance(what, list);
    rd_kafka_yield(client);  // poll() returns at once
  }
  static void on_error(rd_kafka_t*, int code, const char* reason, void* opaque) {
    of(opaque).on_error(static_cast<rd_kafka_resp_err_t>(code), reason);
  }
  static void on_commit(rd_kafka_t*, rd_kafka_resp_err_t overall,
                        rd_kafka_topic_partition_list_t* list, void* opaque) {
    auto& consumer = of(opaque);
    consumer.commit_under_way_ = false;
    consumer.judge(overall, list);
  }

  Consumer* self;
};

Consumer::Consumer(ConsumerOptions options)
    : options_(std::move(options)),
      sasl_(options_.secrets),
      hooks_(std::make_unique<Hooks>(*this)) {
  options_.properties = sasl_.begin(options_.properties);
  hooks_->log = options_.log;
}

tl::expected<std::unique_ptr<Consumer>, KafkaError> Consumer::open(ConsumerOptions options) {
  std::unique_ptr<Consumer> consumer{new Consumer(std::move(options))};
  auto conf = make_conf(consumer_properties(consumer->options_), *consumer->hooks_);
  if (!conf) return tl::unexpected{std::move(conf.error())};
  rd_kafka_conf_set_rebalance_cb(conf->get(), &Hooks::on_rebalance);
  rd_kafka_conf_set_error_cb(conf->get(), &Hooks::on_error);
  rd_kafka_conf_set_offset_commit_cb(conf->get(), &Hooks::on_commit);
  auto client = make_client(RD_KAFKA_CONSUMER, std::move(*conf));
  if (!client) return tl::unexpected{std::move(client.error())};
  consumer->client_ = std::move(*client);
  rd_kafka_t* raw = consumer->client_.get();
  rd_kafka_poll_set_consumer(raw);
  consumer->queue_.reset(rd_kafka_queue_get_consumer(raw));
  consumer->topic_.reset(rd_kafka_topic_new(raw, consumer->options_.topic.c_str(), nullptr));
  if (!consumer->topic_) {
    return tl::unexpected{error_of(rd_kafka_last_error(), "topic " + consumer->options_.topic)};
  }
  if (const auto& pace = consumer->options_.pace) {
    consumer->queues_ = std::make_unique<PartitionQueues>(raw, consumer->queue_.get(),
                                                          consumer->options_.event_time, *pace,
                                                          consumer->options_.worker);
  }
  if (consumer->options_.membership == Membership::none) return consumer;
  const PartitionListHandle topics{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(topics.get(), consumer->options_.topic.c_str(),
                                    RD_KAFKA_PARTITION_UA);
  const auto code = rd_kafka_subscribe(raw, topics.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected{error_of(code, "cannot subscribe to " + consumer->options_.topic)};
  }
  if (consumer->queues_) consumer->queues_->expect();
  return consumer;
}

Consumer::~Consumer() { close(); }

void Consumer::close() {
  if (!client_) return;
  closing_ = true;
  message_.reset();
  fetched_.clear();
  queues_.reset();
  queue_.reset();
  rd_kafka_consumer_close(client_.get());
  topic_.reset();
  client_.reset();
  partitions_.clear();
  events_.clear();
}

std::optional<core::Message> Consumer::poll(Milliseconds timeout) {
  if (waking_) [[unlikely]] {
    timeout = std::min(timeout, wake_every);
  }
  message_.reset();
  message_ = next_message(timeout);
  if (!message_) {
    if (waking_) {
      waking_ = !paused_ && steady_clock::now() < wake_until_;
      if (waking_) wake_brokers(wake_timeout_ms);
    }
    if (!unmeasured_.empty()) measure_gaps();
    if (trouble_) sasl_.tend(client_.get());
    return std::nullopt;
  }
  const rd_kafka_message_t& raw = *message_;
  if (raw.err != RD_KAFKA_RESP_ERR_NO_ERROR) [[unlikely]] {
    take_error(raw);
    message_.reset();
    return std::nullopt;
  }
  Partition& partition = at({raw.partition});
  if (!partition.ours || raw.offset < partition.next) [[unlikely]] {
    ++counters_.out_of_order;
    return std::nullopt;
  }
  partition.next = raw.offset + 1;
  waking_ = false;
  ++counters_.messages;
  if (trouble_) [[unlikely]] {
    end_trouble("messages of " + options_.topic + " arrive again");
  }
  auto message = view_of(raw);
  redrive_ = redrive_of(raw);
  if (redrive_) [[unlikely]] {
    message.redrive = &*redrive_;
  }
  return message;
}

// A call that may wait gives one message, as soon as it is there: librdkafka would wait for a whole
// piece. What else has come by then is taken piece by piece, which costs a part of a call for each.
// The rest of a piece outlasts a pause, since for librdkafka it is given out.
MessageHandle Consumer::next_message(Milliseconds timeout) {
  if (queues_ && queues_->is_open()) return next_aligned(timeout);
  if (!paused_) {
    if (auto message = fetched_.next()) return message;
  }
  if (paused_ || waking_ || timeout > Milliseconds{0}) {
    return MessageHandle{rd_kafka_consumer_poll(client_.get(), ms(timeout))};
  }
  fetched_.refill(queue_.get());
  if (queue_watch_.is_half_empty(rd_kafka_queue_length(queue_.get()))) wake_brokers(0);
  return fetched_.next();
}

std::optional<AssignmentEvent> Consumer::take_event() {
  if (events_.empty()) return std::nullopt;
  auto event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Gap> Consumer::take_gap() {
  if (gaps_.empty()) return std::nullopt;
  const Gap gap = gaps_.front();
  gaps_.pop_front();
  return gap;
}

// --- what is read, and from where

tl::expected<void, KafkaError> Consumer::start(std::span<const Position> positions) {
  learn_leaders();
  let_go();
  const PartitionListHandle list{
      rd_kafka_topic_partition_list_new(static_cast<int>(positions.size()))};
  for (const Position& position : positions) {
    auto* entry = rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(),
                                                    position.partition.value);
    entry->offset = raw_offset(position.next);
    at(position.partition) = {.ours = true, .next = position.next.value, .committed = -1};
  }
  return assign(list.get());
}

tl::expected<void, KafkaError> Consumer::release() {
  let_go();
  return assign(nullptr);
}

// A new assignment of the same set and not a seek: seek() is a request of its own per partition,
// which may time out half-way, and in 2.0 it left messages of the old place in the queue.
// librdkafka remembers that a partition was paused beyond the assignment: one that is resumed only
// when it is not ours any more would never be fetched again.
void Consumer::let_go() {
  const auto list = list_of_ours();
  if (paused_ && list->cnt > 0) rd_kafka_resume_partitions(client_.get(), list.get());
  std::ranges::fill(partitions_, Partition{});
}

tl::expected<void, KafkaError> Consumer::rewind(Position position) {
  Partition& partition = at(position.partition);
  partition.ours = true;
  partition.next = position.next.value;
  // What lies behind the new place may have to be committed once more.
  partition.committed = -1;
  return assign(list_of_ours().get());
}

tl::expected<void, KafkaError> Consumer::assign(const rd_kafka_topic_partition_list_t* list) {
  message_.reset();
  fetched_.clear();
  if (queues_) queues_->close();
  gaps_.clear();
  unmeasured_.clear();
  const auto code = rd_kafka_assign(client_.get(), list);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected{error_of(code, "cannot take the partitions of " + options_.topic)};
  }
  if (queues_ && list != nullptr) queues_->open(*list);
  if (paused_) {
    pause();
  } else if (list != nullptr && list->cnt > 0) {
    keep_awake();
  }
  return {};
}

// Without it librdkafka finds out half a second after the first assignment who leads what.
void Consumer::learn_leaders() {
  if (leaders_known_) return;
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code =
      rd_kafka_metadata(client_.get(), 0, topic_.get(), &metadata, leaders_timeout_ms);
  const MetadataHandle owner{metadata};
  leaders_known_ = code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void Consumer::pause() {
  paused_ = true;
  const auto list = list_of_ours();
  if (list->cnt > 0) rd_kafka_pause_partitions(client_.get(), list.get());
}

void Consumer::resume() {
  paused_ = false;
  const auto list = list_of_ours();
  if (list->cnt == 0) return;
  rd_kafka_resume_partitions(client_.get(), list.get());
  keep_awake();
}

// A broker's thread that finds nothing to fetch sleeps for up to a second, and neither a resumption
// nor a start wakes it. Any request to the partitions' leaders does; the answer is of no interest.
// It is said again until a message comes, since the partitions become ready in their own time.
void Consumer::keep_awake() {
  waking_ = true;
  wake_until_ = steady_clock::now() + longest_sleep;
  wake_brokers(wake_timeout_ms);
}

// A patience of zero does not wait for the answer either.
void Consumer::wake_brokers(int patience_ms) const {
  const auto list = list_of_ours();
  if (list->cnt == 0) return;
  for (int i = 0; i < list->cnt; ++i) list->elems[i].offset = 0;
  rd_kafka_offsets_for_times(client_.get(), list.get(), patience_ms);
}

Consumer::Partition& Consumer::at(core::PartitionId partition) {
  const auto index = static_cast<std::size_t>(partition.value);
  if (index >= partitions_.size()) [[unlikely]] {
    partitions_.resize(index + 1);
  }
  return partitions_[index];
}

bool Consumer::ours(core::PartitionId partition) const {
  const auto index = static_cast<std::size_t>(partition.value);
  return index < partitions_.size() && partitions_[index].ours;
}

PartitionListHandle Consumer::list_of_ours() const {
  PartitionListHandle list{rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size()))};
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    if (!partitions_[i].ours) continue;
    auto* entry = rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(),
                                                    static_cast<std::int32_t>(i));
    entry->offset = raw_offset({partitions_[i].next});
  }
  return list;
}

// --- what librdkafka tells

void Consumer::on_rebalance(rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t* list) {
  if (closing_ || (what != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS &&
                   what != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)) {
    // Nobody will answer later; an error instead of an assignment wants the same answer.
    rd_kafka_assign(client_.get(), nullptr);
    return;
  }
  ++counters_.rebalances;
  AssignmentEvent event;
  using Kind = AssignmentEvent::Kind;
  if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    event.kind = Kind::assigned;
    end_trouble(kAnswerAgain);
  } else {
    event.kind =
        rd_kafka_assignment_lost(client_.get()) != 0 || fenced_ ? Kind::lost : Kind::revoked;
  }
  for (int i = 0; i < list->cnt; ++i) event.partitions.push_back({list->elems[i].partition});
  std::ranges::sort(event.partitions);
  events_.push_back(std::move(event));
}

void Consumer::on_error(rd_kafka_resp_err_t code, const char* reason) {
  ++counters_.errors;
  if (code == RD_KAFKA_RESP_ERR__FATAL && !fenced_) {
    std::array<char, 512> text{};
    code = rd_kafka_fatal_error(client_.get(), text.data(), text.size());
    fenced_ = code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID
                  ? "another process has joined group " + options_.group + " with our static id `" +
                        instance_id(options_) + "`; two processes must not share `source.member`"
                  : std::string(rd_kafka_err2name(code)) + ": " + text.data();
    // librdkafka gives the partitions up without a word.
    AssignmentEvent event{.kind = AssignmentEvent::Kind::lost};
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
      if (partitions_[i].ours) event.partitions.push_back({static_cast<std::int32_t>(i)});
    }
    std::ranges::fill(partitions_, Partition{});
    if (queues_) queues_->close();
    events_.clear();
    events_.push_back(std::move(event));
    log(KafkaLogLevel::error, *fenced_);
    return;
  }
  if (fenced_) return;
  sasl_.hear(client_.get(), code);
  trouble_ = std::string(rd_kafka_err2name(code)) + ": " + reason;
  const auto now = steady_clock::now();
  const auto [at, is_new] = told_.try_emplace(code, now);
  if (!is_new && now - at->second < tell_again) return;
  at->second = now;
  log(KafkaLogLevel::warning, *trouble_);
}

void Consumer::take_error(const rd_kafka_message_t& message) {
  if (message.err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
    on_error(message.err, rd_kafka_message_errstr(&message));
    return;
  }
  const core::PartitionId partition{message.partition};
  if (!ours(partition)) return;
  ++counters_.gaps;
  const std::int64_t next = at(partition).next;
  unmeasured_.push_back(
      {.partition = partition, .wanted = {next >= 0 ? next : message.offset}, .log = {}});
  measure_gaps();
}

// Asks for the log's extent; where nobody answers it asks again later, from poll().
void Consumer::measure_gaps() {
  if (steady_clock::now() < measure_after_) return;
  while (!unmeasured_.empty()) {
    Gap gap = unmeasured_.front();
    const auto range = log_range(gap.partition, measure_timeout);
    if (!range) {
      measure_after_ = steady_clock::now() + measure_pause;
      return;
    }
    gap.log = *range;
    gaps_.push_back(gap);
    unmeasured_.pop_front();
  }
}

void Consumer::log(KafkaLogLevel level, const std::string& text) const {
  if (options_.log) options_.log(level, text);
}

}  // namespace assay::host
