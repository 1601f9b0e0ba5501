#include "plugins/sinks/kafka/producer.hpp"

#include <algorithm>

#include "plugins/sinks/kafka/kafka_class.hpp"

namespace assay::kafka {

Producer::Producer(const Config& config, const Host& host, std::string topic,
                   const Properties& properties)
    : host_(host), topic_(std::move(topic)), conf_(conf_of(config, properties)) {}

Producer::Conf Producer::conf_of(const Config& config, const Properties& properties) {
  Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : properties) {
    char reason[512] = "";
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason, sizeof reason) !=
        RD_KAFKA_CONF_OK) {
      // librdkafka's words quote the value, and it may be a secret.
      throw config.refuse("properties." + name, "librdkafka refuses the property " + name)
          .advise("see its list of properties for the name and the values it takes");
    }
  }
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), &on_delivery);
  rd_kafka_conf_set_error_cb(conf.get(), &on_error);
  rd_kafka_conf_set_log_cb(conf.get(), &on_log);
  return conf;
}

void Producer::renew(const Config& config, const Properties& properties) {
  auto conf = conf_of(config, properties);
  discard();
  conf_ = std::move(conf);
}

void Producer::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  auto& outcome = *static_cast<Outcome*>(message->_private);
  outcome.answered = true;
  outcome.error = message->err;
  --*outcome.waiting;
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    static_cast<Producer*>(self)->refused_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  }
}

void Producer::on_error(rd_kafka_t*, int error, const char* reason, void* self) {
  auto& producer = *static_cast<Producer*>(self);
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  // Messages only time out when a password is wrong: the reason comes here alone.
  if (kafka_class(code) == ErrorClass::configuration) producer.refused_ = code;
  producer.host_.warning(std::string(rd_kafka_err2name(code)) + ": " + (reason ? reason : ""));
}

void Producer::on_log(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  constexpr int warning = 4;  // of syslog
  const auto& producer = *static_cast<const Producer*>(rd_kafka_opaque(handle));
  if (level <= warning) producer.host_.warning(std::string(facility) + ": " + text);
}

void Producer::ensure() {
  if (handle_ != nullptr && rd_kafka_fatal_error(handle_, nullptr, 0) != 0) discard();
  if (handle_ != nullptr) return;
  refused_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  char reason[512] = "";
  auto* conf = rd_kafka_conf_dup(conf_.get());
  handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
  if (handle_ == nullptr) {
    rd_kafka_conf_destroy(conf);
    throw Failure::configuration("properties", reason);
  }
}

void Producer::discard() {
  if (handle_ == nullptr) return;
  rd_kafka_purge(handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  // Every message gets its report, so that nothing points to an outcome any longer.
  rd_kafka_flush(handle_, 1000);
  rd_kafka_destroy(handle_);
  handle_ = nullptr;
}

// Short enough for interrupt() to be noticed.
int Producer::slice(Deadline deadline) const {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline.left());
  return static_cast<int>(std::min(left, milliseconds{50}).count());
}

void Producer::produce(const Message& message, Outcome& outcome, Deadline deadline) {
  ensure();
  const auto key = message.key.value_or(std::string_view{});
  const void* key_data = message.key ? key.data() : nullptr;
  while (true) {
    const auto error = rd_kafka_producev(
        handle_, RD_KAFKA_V_TOPIC(topic_.c_str()),
        RD_KAFKA_V_VALUE(const_cast<char*>(message.value.data()), message.value.size()),
        RD_KAFKA_V_KEY(key_data, key.size()),
        RD_KAFKA_V_HEADER("assay-record", message.record.data(),
                          static_cast<ssize_t>(message.record.size())),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(&outcome), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++*outcome.waiting;
      return;
    }
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL || deadline.over() || interrupted_) {
      outcome.answered = true;
      outcome.error = error;
      return;
    }
    rd_kafka_poll(handle_, slice(deadline));
  }
}

void Producer::wait(std::size_t& waiting, Deadline deadline) {
  while (waiting > 0 && !deadline.over() && !interrupted_) {
    rd_kafka_poll(handle_, slice(deadline));
  }
  if (waiting > 0) discard();
}

void Producer::check(Deadline deadline) {
  ensure();
  auto* topic = rd_kafka_topic_new(handle_, topic_.c_str(), nullptr);
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__TIMED_OUT;
  while (error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR__TRANSPORT) {
    if (deadline.over() || interrupted_) break;
    const struct rd_kafka_metadata* metadata = nullptr;
    error = rd_kafka_metadata(handle_, 0, topic, &metadata, 4 * slice(deadline));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      error = metadata->topics[0].err;
      // Here, unlike in a report, the cluster itself says that it has no such topic.
      if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        error = RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
      }
      rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_poll(handle_, 0);
  }
  rd_kafka_topic_destroy(topic);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const auto cause = refused_ != RD_KAFKA_RESP_ERR_NO_ERROR ? refused_.load() : error;
  const std::string code = rd_kafka_err2name(cause);
  const std::string text = topic_ + ": " + rd_kafka_err2str(cause);
  if (kafka_class(cause) == ErrorClass::configuration) {
    discard();
    throw Failure::configuration(code, text);
  }
  throw Failure::transient(code, text);
}

}  // namespace assay::kafka
