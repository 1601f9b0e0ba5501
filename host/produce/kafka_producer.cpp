#include "host/produce/kafka_producer.hpp"

#include <utility>

namespace assay::host {
namespace {

using Kind = ProduceError::Kind;

const std::map<std::string, std::string>& our_defaults() {
  // murmur2 places a key where the Java client would, so that other producers share our partitions;
  // idempotence keeps a retry from duplicating or reordering; a minute without a broker is a
  // failure to report, not to sit out.
  static const std::map<std::string, std::string> defaults = {
      {"client.id", "assay-produce"},
      {"enable.idempotence", "true"},
      {"linger.ms", "10"},
      {"partitioner", "murmur2_random"},
      {"message.timeout.ms", "60000"},
      {"queue.buffering.max.messages", "200000"},
      {"topic.metadata.refresh.interval.ms", "30000"},
  };
  return defaults;
}

bool peer_is_gone(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT ||
         code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
         code == RD_KAFKA_RESP_ERR__RESOLVE;
}

template <typename T, void (*Destroy)(T*)>
struct Owned {
  void operator()(T* pointer) const { Destroy(pointer); }
};
using Configuration =
    std::unique_ptr<rd_kafka_conf_t, Owned<rd_kafka_conf_t, rd_kafka_conf_destroy>>;
using Topic =
    std::unique_ptr<rd_kafka_NewTopic_t, Owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>>;
using Resource = std::unique_ptr<rd_kafka_ConfigResource_t,
                                 Owned<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>>;
using Admin = std::unique_ptr<rd_kafka_AdminOptions_t,
                              Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Owned<rd_kafka_queue_t, rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Owned<rd_kafka_event_t, rd_kafka_event_destroy>>;

}  // namespace

tl::expected<std::unique_ptr<KafkaProducer>, ProduceError> KafkaProducer::open(
    const std::string& bootstrap, const std::map<std::string, std::string>& properties) {
  Configuration configuration{rd_kafka_conf_new()};
  std::map<std::string, std::string> all = our_defaults();
  all["bootstrap.servers"] = bootstrap;
  for (const auto& [name, value] : properties) all[name] = value;

  char reason[512];
  for (const auto& [name, value] : all) {
    const auto set =
        rd_kafka_conf_set(configuration.get(), name.c_str(), value.c_str(), reason, sizeof reason);
    // The reason may quote the value, which may be a password: only the name is repeated.
    if (set == RD_KAFKA_CONF_UNKNOWN) {
      return tl::unexpected{ProduceError{
          Kind::options, "librdkafka has no property '" + name + "'; see its CONFIGURATION.md"}};
    }
    if (set != RD_KAFKA_CONF_OK) {
      return tl::unexpected{
          ProduceError{Kind::options, "librdkafka does not accept the value of '" + name + "'"}};
    }
  }
  std::unique_ptr<KafkaProducer> producer{new KafkaProducer};
  producer->bootstrap_ = all["bootstrap.servers"];
  rd_kafka_conf_set_opaque(configuration.get(), producer.get());
  rd_kafka_conf_set_dr_msg_cb(configuration.get(), &KafkaProducer::on_delivery);
  rd_kafka_conf_set_error_cb(configuration.get(), &KafkaProducer::on_error);
  // What it would write to stderr reaches on_error too, and from there one message of ours.
  rd_kafka_conf_set_log_cb(configuration.get(),
                           [](const rd_kafka_t*, int, const char*, const char*) {});
  producer->client_ = rd_kafka_new(RD_KAFKA_PRODUCER, configuration.get(), reason, sizeof reason);
  if (producer->client_ == nullptr) {
    return tl::unexpected{
        ProduceError{Kind::options, std::string{"the Kafka client cannot start: "} + reason}};
  }
  static_cast<void>(configuration.release());  // rd_kafka_new took it
  return producer;
}

KafkaProducer::~KafkaProducer() {
  if (client_ == nullptr) return;
  // After success nothing is left; after a failure what is left must not hold up the exit.
  rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_destroy(client_);
}

tl::expected<std::map<std::string, int>, ProduceError> KafkaProducer::topics(
    std::chrono::milliseconds timeout) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code =
      rd_kafka_metadata(client_, 1, nullptr, &metadata, static_cast<int>(timeout.count()));
  rd_kafka_poll(client_, 0);  // lets on_error say why
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected{unreachable(rd_kafka_err2str(code))};
  }
  std::map<std::string, int> found;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    found[metadata->topics[i].topic] = metadata->topics[i].partition_cnt;
  }
  rd_kafka_metadata_destroy(metadata);
  return found;
}

tl::expected<KafkaProducer::Created, ProduceError> KafkaProducer::create_topic(
    const NewTopic& wanted, std::chrono::milliseconds timeout) {
  const auto timeout_ms = static_cast<int>(timeout.count());
  const auto refused = [&](const char* why) {
    return tl::unexpected{ProduceError{
        Kind::rejected, "the broker does not create topic '" + wanted.name + "': " + why +
                            "; create it beforehand, or pass --create-topics no to leave it to "
                            "the broker"}};
  };
  constexpr int replication_default = -1;
  char reason[512];
  Topic topic{rd_kafka_NewTopic_new(wanted.name.c_str(), wanted.partitions, replication_default,
                                    reason, sizeof reason)};
  if (!topic) return refused(reason);
  for (const auto& [name, value] : wanted.configuration) {
    rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
  }
  Admin options{rd_kafka_AdminOptions_new(client_, RD_KAFKA_ADMIN_OP_CREATETOPICS)};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms, reason, sizeof reason);
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), timeout_ms, reason, sizeof reason);
  Queue queue{rd_kafka_queue_new(client_)};
  rd_kafka_NewTopic_t* list[] = {topic.get()};
  rd_kafka_CreateTopics(client_, list, 1, options.get(), queue.get());
  Event event{rd_kafka_queue_poll(queue.get(), timeout_ms + 500)};
  if (!event) return Created::broker_cannot;
  const auto code = rd_kafka_event_error(event.get());
  // It answered the metadata request a moment ago: silence now means that it does not know this
  // one.
  if (code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE || code == RD_KAFKA_RESP_ERR__TIMED_OUT) {
    return Created::broker_cannot;
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return refused(rd_kafka_event_error_string(event.get()));
  std::size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto result = rd_kafka_topic_result_error(results[i]);
    if (result == RD_KAFKA_RESP_ERR_NO_ERROR || result == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      continue;
    }
    const char* text = rd_kafka_topic_result_error_string(results[i]);
    return refused(text != nullptr ? text : rd_kafka_err2str(result));
  }
  return Created::yes;
}

std::optional<std::string> KafkaProducer::topic_setting(const std::string& topic,
                                                        std::string_view name,
                                                        std::chrono::milliseconds timeout) {
  char reason[512];
  const auto timeout_ms = static_cast<int>(timeout.count());
  Resource resource{rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())};
  Admin options{rd_kafka_AdminOptions_new(client_, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms, reason, sizeof reason);
  Queue queue{rd_kafka_queue_new(client_)};
  rd_kafka_ConfigResource_t* asked[] = {resource.get()};
  rd_kafka_DescribeConfigs(client_, asked, 1, options.get(), queue.get());
  Event event{rd_kafka_queue_poll(queue.get(), timeout_ms + 500)};
  if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  std::size_t topics = 0;
  const auto* answers = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &topics);
  for (std::size_t t = 0; t < topics; ++t) {
    std::size_t count = 0;
    const auto* entries = rd_kafka_ConfigResource_configs(answers[t], &count);
    for (std::size_t i = 0; i < count; ++i) {
      const char* value = rd_kafka_ConfigEntry_value(entries[i]);
      if (rd_kafka_ConfigEntry_name(entries[i]) == name && value != nullptr) return value;
    }
  }
  return {};
}

tl::expected<void, ProduceError> KafkaProducer::send(const std::string& topic, std::string_view key,
                                                     std::string_view value, std::int64_t time_ms) {
  // In a variable: the macro casts the first word of what it is given.
  const void* key_data = key.empty() ? nullptr : key.data();
  for (;;) {
    const auto code = rd_kafka_producev(
        client_, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(key_data, key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
        RD_KAFKA_V_TIMESTAMP(time_ms), RD_KAFKA_V_END);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++sent_;
      return {};
    }
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      return tl::unexpected{ProduceError{
          Kind::rejected, "topic '" + topic + "' takes no record: " + rd_kafka_err2str(code)}};
    }
    if (auto state = poll(std::chrono::milliseconds{50}); !state) return state;
  }
}

tl::expected<void, ProduceError> KafkaProducer::poll(std::chrono::milliseconds wait) {
  rd_kafka_poll(client_, static_cast<int>(wait.count()));
  return delivery_state();
}

tl::expected<void, ProduceError> KafkaProducer::delivery_state() const {
  if (first_failure_ == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const std::string what =
      (first_failure_topic_.empty()
           ? std::string{"the Kafka client gave up: "}
           : "a record for topic '" + first_failure_topic_ + "' was not taken: ") +
      rd_kafka_err2str(first_failure_);
  if (peer_is_gone(first_failure_)) return tl::unexpected{unreachable(what)};
  return tl::unexpected{ProduceError{Kind::rejected, what}};
}

ProduceError KafkaProducer::unreachable(const std::string& what) const {
  std::string message = "no Kafka broker answers at " + bootstrap_ + ": " + what;
  if (!last_trouble_.empty()) message += " (" + last_trouble_ + ")";
  return {Kind::unreachable,
          message + "; is it running, and is --bootstrap its address as seen from here?"};
}

void KafkaProducer::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& self = *static_cast<KafkaProducer*>(opaque);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++self.acknowledged_;
  } else if (self.first_failure_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
    self.first_failure_ = message->err;
    self.first_failure_topic_ = rd_kafka_topic_name(message->rkt);
  }
}

void KafkaProducer::on_error(rd_kafka_t* client, int code, const char* reason, void* opaque) {
  auto& self = *static_cast<KafkaProducer*>(opaque);
  self.last_trouble_ = reason;
  if (code != RD_KAFKA_RESP_ERR__FATAL) return;
  char text[512];
  const auto fatal = rd_kafka_fatal_error(client, text, sizeof text);
  self.last_trouble_ = text;
  if (self.first_failure_ == RD_KAFKA_RESP_ERR_NO_ERROR) self.first_failure_ = fatal;
}

}  // namespace assay::host
