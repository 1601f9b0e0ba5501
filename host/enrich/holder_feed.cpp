#include "host/enrich/holder_feed.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/decode/decode_error.hpp"
#include "host/enrich/holder_batch.hpp"
#include "host/kafka/sasl_renewal.hpp"

namespace assay::host {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_time{100};
constexpr std::chrono::milliseconds question_time{1'000};
constexpr std::chrono::seconds between_complaints{10};
// Between two looks at the stop token and two publications of the progress.
constexpr int burst = 4'096;

// Lets one complaint through in a while and counts the others.
class Complaints {
 public:
  // Nothing: keep quiet; else how many were kept back before this one.
  std::optional<std::uint64_t> next() {
    const auto now = Clock::now();
    if (last_ && now - *last_ < between_complaints) {
      ++held_back_;
      return std::nullopt;
    }
    last_ = now;
    return std::exchange(held_back_, 0);
  }

 private:
  std::optional<Clock::time_point> last_;
  std::uint64_t held_back_ = 0;
};

KafkaProperties feed_properties(const HolderFeed::Options& options) {
  auto all = consumer_properties({.bootstrap = options.bootstrap,
                                  .topic = options.topic,
                                  .membership = Membership::none,
                                  .properties = options.properties,
                                  .prefetch = options.prefetch});
  all.erase("group.id");
  // The end of a partition is told by librdkafka alone where the last records of the log were
  // compacted away or belong to an aborted transaction.
  all["enable.partition.eof"] = "true";
  // What the log no longer holds (a topic made anew) means: from the beginning.
  all["auto.offset.reset"] = "earliest";
  return all;
}

}  // namespace

// The feed's thread, and what belongs to it alone.
class HolderFeed::Reader : private KafkaHooks {
 public:
  Reader(Options options, Holders& holders, Shared& shared)
      : KafkaHooks{options.log},
        options_(std::move(options)),
        sasl_(options_.secrets),
        batch_(holders, options_.decode),
        shared_(shared) {}

  ~Reader() {
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
      rd_kafka_consume_stop(topic_.get(), static_cast<std::int32_t>(i));
    }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  tl::expected<void, KafkaError> open() {
    options_.properties = sasl_.begin(options_.properties);
    auto conf = make_conf(feed_properties(options_), *this);
    if (!conf) return tl::unexpected(conf.error());
    rd_kafka_conf_set_error_cb(conf->get(), [](rd_kafka_t*, int code, const char* words, void* me) {
      static_cast<Reader*>(static_cast<KafkaHooks*>(me))
          ->in_trouble(static_cast<rd_kafka_resp_err_t>(code), words);
    });
    auto client = make_client(RD_KAFKA_CONSUMER, std::move(*conf));
    if (!client) return tl::unexpected(client.error());
    client_ = std::move(*client);
    queue_.reset(rd_kafka_queue_new(client_.get()));
    topic_.reset(rd_kafka_topic_new(client_.get(), options_.topic.c_str(), nullptr));
    if (topic_) return {};
    const auto code = rd_kafka_last_error();
    return tl::unexpected(KafkaError{
        code,
        "the topic `" + options_.topic + "` of the account holders: " + rd_kafka_err2str(code)});
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (Clock::now() >= look_at_) {
        look_at_ = Clock::now() + (look() ? options_.look_again : options_.retry);
      }
      rd_kafka_poll(client_.get(), 0);  // errors of the brokers
      if (!progress_.trouble.empty()) sasl_.tend(client_.get());
      auto wait = std::min<std::chrono::milliseconds>(
          poll_time, std::chrono::ceil<std::chrono::milliseconds>(look_at_ - Clock::now()));
      for (int taken = 0; taken < burst; ++taken) {
        const MessageHandle message{rd_kafka_consume_queue(
            queue_.get(), static_cast<int>(std::max<std::int64_t>(wait.count(), 0)))};
        if (!message) break;
        take(*message);
        wait = {};
      }
      batch_.flush();
      publish();
    }
  }

 private:
  struct Partition {
    std::int64_t begin = 0;
    std::int64_t end = 0;  // when it was first seen
    std::int64_t next = 0;
    bool passed = false;
  };

  // Starts the partitions that are not read yet. False: look again soon.
  bool look() {
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code =
        rd_kafka_metadata(client_.get(), 0, topic_.get(), &answer, int{question_time.count()});
    const MetadataHandle metadata{answer};
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return in_trouble(code, rd_kafka_err2str(code));
    if (metadata->topic_cnt != 1) return false;
    const auto& topic = metadata->topics[0];
    if (topic.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return missing();
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return in_trouble(topic.err, rd_kafka_err2str(topic.err));
    }
    progress_.topic_exists = true;
    while (partitions_.size() < static_cast<std::size_t>(topic.partition_cnt)) {
      if (!start(static_cast<std::int32_t>(partitions_.size()))) return false;
    }
    looked_ = true;
    progress_.trouble.clear();
    return true;
  }

  bool missing() {
    if (!std::exchange(told_missing_, true)) {
      tell(KafkaLogLevel::warning, "the topic `" + options_.topic +
                                       "` of the account holders does not exist yet: nobody is "
                                       "known until it does");
    }
    progress_.topic_exists = false;
    progress_.trouble.clear();
    looked_ = true;
    return false;
  }

  bool start(std::int32_t id) {
    Partition partition;
    auto code = rd_kafka_query_watermark_offsets(client_.get(), options_.topic.c_str(), id,
                                                 &partition.begin, &partition.end,
                                                 int{question_time.count()});
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return in_trouble(code, rd_kafka_err2str(code));
    if (rd_kafka_consume_start_queue(topic_.get(), id, RD_KAFKA_OFFSET_BEGINNING, queue_.get()) !=
        0) {
      code = rd_kafka_last_error();
      return in_trouble(code, rd_kafka_err2str(code));
    }
    partition.next = partition.begin;
    partition.passed = partition.begin >= partition.end;
    partitions_.push_back(partition);
    return true;
  }

  void take(const rd_kafka_message_t& message) {
    if (message.partition < 0 ||
        static_cast<std::size_t>(message.partition) >= partitions_.size()) {
      if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) complain_of(message);
      return;
    }
    auto& partition = partitions_[static_cast<std::size_t>(message.partition)];
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      partition.next = std::max(partition.next, partition.end);
      partition.passed = true;
      return;
    }
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return complain_of(message);
    progress_.trouble.clear();
    apply(message);
    partition.next = message.offset + 1;
    partition.passed = partition.passed || partition.next >= partition.end;
  }

  void complain_of(const rd_kafka_message_t& message) {
    in_trouble(message.err, rd_kafka_message_errstr(&message));
  }

  void apply(const rd_kafka_message_t& record) {
    const std::string_view key{static_cast<const char*>(record.key), record.key_len};
    if (record.payload == nullptr) {
      if (batch_.erase(key)) {
        ++progress_.tombstones;
      } else {
        refuse(record, "it is a tombstone whose key is no key of an account holder");
      }
      return;
    }
    const core::Message message{{static_cast<const char*>(record.payload), record.len},
                                key,
                                {record.partition},
                                {record.offset},
                                rd_kafka_message_timestamp(&record, nullptr) * 1'000'000};
    const auto error = batch_.upsert(message);
    if (error == core::DecodeError::ok) {
      ++progress_.upserts;
    } else {
      refuse(record, core::describe(error, batch_.detail()));
    }
  }

  void refuse(const rd_kafka_message_t& record, const std::string& why) {
    ++progress_.undecodable;
    const auto held_back = bad_records_.next();
    if (!held_back) return;
    auto words = "the record at " + options_.topic + "[" + std::to_string(record.partition) + "]@" +
                 std::to_string(record.offset) + " is no account holder: " + why;
    if (*held_back > 0) words += " (" + std::to_string(*held_back) + " more since the last one)";
    tell(KafkaLogLevel::warning, words);
  }

  // Always false, for the caller to return.
  bool in_trouble(rd_kafka_resp_err_t code, const char* words) {
    sasl_.hear(client_.get(), code);
    progress_.trouble = std::string(rd_kafka_err2name(code)) + ": " + words;
    if (bad_brokers_.next()) {
      tell(KafkaLogLevel::warning, "the topic `" + options_.topic +
                                       "` of the account holders cannot be read (" +
                                       progress_.trouble + "); trying again");
    }
    return false;
  }

  void publish() {
    progress_.to_read = 0;
    progress_.passed = 0;
    bool all_passed = looked_;
    for (const auto& partition : partitions_) {
      const auto passed = std::clamp(partition.next, partition.begin, partition.end);
      progress_.to_read += static_cast<std::uint64_t>(partition.end - partition.begin);
      progress_.passed += static_cast<std::uint64_t>(passed - partition.begin);
      all_passed = all_passed && partition.passed;
    }
    // Once is enough: a partition that is added later holds nobody up.
    progress_.caught_up = progress_.caught_up || all_passed;
    {
      const std::lock_guard lock(shared_.mutex);
      shared_.progress = progress_;
    }
    shared_.changed.notify_all();
  }

  void tell(KafkaLogLevel level, const std::string& words) const {
    if (log) log(level, words);
  }

  Options options_;
  SaslRenewal sasl_;
  HolderBatch batch_;
  Shared& shared_;
  KafkaHandle client_;
  QueueHandle queue_;
  TopicHandle topic_;
  std::vector<Partition> partitions_;  // by id; those that are read
  Clock::time_point look_at_{};
  bool looked_ = false;  // the brokers have said what there is
  bool told_missing_ = false;
  HolderProgress progress_;
  Complaints bad_records_;
  Complaints bad_brokers_;
};

HolderFeed::HolderFeed() = default;

tl::expected<std::unique_ptr<HolderFeed>, KafkaError> HolderFeed::start(Options options,
                                                                        Holders& holders) {
  std::unique_ptr<HolderFeed> feed(new HolderFeed);
  feed->reader_ = std::make_unique<Reader>(std::move(options), holders, feed->shared_);
  if (auto opened = feed->reader_->open(); !opened) return tl::unexpected(opened.error());
  feed->thread_ = std::jthread(
      [reader = feed->reader_.get()](const std::stop_token& stop) { reader->run(stop); });
  return feed;
}

HolderFeed::~HolderFeed() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

bool HolderFeed::caught_up() const {
  const std::lock_guard lock(shared_.mutex);
  return shared_.progress.caught_up;
}

bool HolderFeed::wait_until_caught_up(std::stop_token stop,
                                      std::chrono::milliseconds timeout) const {
  std::unique_lock lock(shared_.mutex);
  return shared_.changed.wait_for(lock, std::move(stop), timeout,
                                  [this] { return shared_.progress.caught_up; });
}

HolderProgress HolderFeed::progress() const {
  const std::lock_guard lock(shared_.mutex);
  return shared_.progress;
}

}  // namespace assay::host
