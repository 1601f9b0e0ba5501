#include "host/kafka/properties.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

// What a queued message costs beside its own bytes in librdkafka's operations and buffers: 400,000
// messages of 237 bytes were seen to take 242 MB.
constexpr Bytes overhead_per_message = 370;
constexpr Bytes typical_message = 237;

void lay_over(KafkaProperties& below, const KafkaProperties& above) {
  for (const auto& [name, value] : above) below[name] = value;
}

bool may_be_secret(std::string_view name) {
  constexpr std::array words{"password", "secret", "key.pem", "oauthbearer.config", "jaas"};
  return std::ranges::any_of(
      words, [&](const char* word) { return name.find(word) != std::string_view::npos; });
}

// Both limits are set so that the one that is hit first keeps the queue within the budget. A full
// queue sends librdkafka (before 2.2) to sleep for a second: Consumer wakes it (queue_watch.hpp).
//
// librdkafka looks at the queue before it asks, so an answer of each broker comes on top; and the
// bytes of an answer are held until the last of its messages is gone. So answers are small beside
// the budget. One holds a batch of the log at least, however large that is.
void size_queue(KafkaProperties& properties, Bytes budget) {
  constexpr Bytes kibi = 1'024;
  const Bytes answer = std::clamp<Bytes>(budget / 16, 16 * kibi, 50'000 * kibi);
  const Bytes messages = budget / (typical_message + overhead_per_message);
  const Bytes bytes = budget * typical_message / (typical_message + overhead_per_message) - answer;
  properties["queued.min.messages"] =
      std::to_string(std::clamp<Bytes>(messages, 1'000, 10'000'000));
  properties["queued.max.messages.kbytes"] =
      std::to_string(std::clamp<Bytes>(bytes / kibi, 16, 2'097'151));
  properties["fetch.max.bytes"] = std::to_string(answer);
  // Of one partition: librdkafka's own, or all of a smaller answer.
  properties["fetch.message.max.bytes"] = std::to_string(std::min(answer, 1'024 * kibi));
}

// Of the source's way to the brokers, what means nothing to a producer: librdkafka would warn of
// each at every start.
bool is_of_consumers_alone(std::string_view name) {
  constexpr std::array names{"session.timeout.ms",
                             "heartbeat.interval.ms",
                             "max.poll.interval.ms",
                             "isolation.level",
                             "check.crcs",
                             "group.protocol.type",
                             "coordinator.query.interval.ms",
                             "consume.callback.max.messages",
                             "allow.auto.create.topics"};
  return name.starts_with("fetch.") || name.starts_with("queued.") ||
         std::ranges::find(names, name) != names.end();
}

const std::vector<std::string>& known_properties() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> found;
    const ConfHandle conf{rd_kafka_conf_new()};
    std::size_t count = 0;
    const char** pairs = rd_kafka_conf_dump(conf.get(), &count);
    for (std::size_t i = 0; i + 1 < count; i += 2) found.emplace_back(pairs[i]);
    rd_kafka_conf_dump_free(pairs, count);
    return found;
  }();
  return names;
}

std::string why_not(rd_kafka_conf_res_t result, const std::string& name, const std::string& value,
                    std::string reason) {
  if (result == RD_KAFKA_CONF_UNKNOWN) {
    const std::string help = did_you_mean(name, known_properties());
    return "librdkafka " + std::string(rd_kafka_version_str()) + " has no property `" + name + "`" +
           (help.empty() ? "; its CONFIGURATION.md lists them" : ": " + help);
  }
  if (may_be_secret(name) && !value.empty()) {
    // librdkafka likes to quote what it refuses.
    for (auto at = reason.find(value); at != std::string::npos; at = reason.find(value, at + 3)) {
      reason.replace(at, value.size(), "***");
    }
  }
  return "the Kafka property `" + name + "` is refused: " + reason;
}

KafkaLogLevel level_of(int syslog) {
  if (syslog <= 3) return KafkaLogLevel::error;
  if (syslog == 4) return KafkaLogLevel::warning;
  return syslog <= 6 ? KafkaLogLevel::info : KafkaLogLevel::debug;
}

void on_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  if (client == nullptr) return;
  const auto* hooks = static_cast<const KafkaHooks*>(rd_kafka_opaque(client));
  if (hooks == nullptr || !hooks->log) return;
  hooks->log(level_of(level), std::string("librdkafka ") + facility + ": " + text);
}

}  // namespace

std::string instance_id(const ConsumerOptions& options) {
  if (options.membership != Membership::fixed) return {};
  return options.member + "-" + std::to_string(options.worker);
}

KafkaProperties consumer_properties(const ConsumerOptions& options) {
  KafkaProperties all{
      {"client.id", "assay"},
      {"isolation.level", "read_committed"},
      {"session.timeout.ms", "45000"},
      {"max.poll.interval.ms", "300000"},
      // An empty fetch waits that long at the broker; a real one answers as soon as there is data.
      {"fetch.wait.max.ms", "50"},
      {"socket.nagle.disable", "true"},
      // The default of ten seconds would hold detection up long after the broker is back.
      {"reconnect.backoff.max.ms", "2000"},
      {"log.connection.close", "false"},
  };
  size_queue(all, options.prefetch);
  constexpr int with_queue_backoff = 0x020200ff;
  if (rd_kafka_version() >= with_queue_backoff) all["fetch.queue.backoff.ms"] = "10";
  lay_over(all, options.properties);

  lay_over(all, {{"bootstrap.servers", options.bootstrap},
                 {"group.id", options.group},
                 // Only the tracker knows what is finished.
                 {"enable.auto.commit", "false"},
                 {"enable.auto.offset.store", "false"},
                 // Never a silent jump: what lies outside the log becomes an event, and a fresh
                 // partition is started at the log's beginning by name.
                 {"auto.offset.reset", "error"},
                 // Static members and the incremental assignors do not go together well before 2.4.
                 {"partition.assignment.strategy", "range"},
                 {"enable.partition.eof", "false"},
                 // It sends none; a fetch would be made as large as that.
                 {"message.max.bytes", "1000"}});
  if (const std::string id = instance_id(options); !id.empty()) all["group.instance.id"] = id;
  return all;
}

KafkaProperties dead_letter_properties(const std::string& bootstrap,
                                       const KafkaProperties& operators) {
  KafkaProperties all{
      {"client.id", "assay-dead-letters"},
      {"linger.ms", "5"},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.max.ms", "2000"},
      {"log.connection.close", "false"},
      // A topic that is not there is told soon, so that it can be made.
      {"topic.metadata.propagation.max.ms", "3000"},
      // The broker's limit decides, not ours.
      {"message.max.bytes", "1000000000"},
  };
  for (const auto& [name, value] : operators) {
    if (!is_of_consumers_alone(name)) all[name] = value;
  }
  lay_over(all, {{"bootstrap.servers", bootstrap},
                 {"acks", "all"},
                 {"enable.idempotence", "true"},
                 {"delivery.report.only.error", "false"},
                 // Zero: for ever. An outage of the broker is no reason to lose a dead letter.
                 {"message.timeout.ms", "0"}});
  return all;
}

tl::expected<ConfHandle, KafkaError> make_conf(const KafkaProperties& properties,
                                               KafkaHooks& hooks) {
  ConfHandle conf{rd_kafka_conf_new()};
  for (const auto& [name, value] : properties) {
    std::array<char, 512> reason{};
    const auto result =
        rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size());
    if (result == RD_KAFKA_CONF_OK) continue;
    return tl::unexpected{
        KafkaError{RD_KAFKA_RESP_ERR__INVALID_ARG, why_not(result, name, value, reason.data())}};
  }
  rd_kafka_conf_set_opaque(conf.get(), &hooks);
  rd_kafka_conf_set_log_cb(conf.get(), &on_log);
  return conf;
}

tl::expected<KafkaHandle, KafkaError> make_client(rd_kafka_type_t type, ConfHandle conf) {
  std::array<char, 512> reason{};
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
  if (client == nullptr) {
    return tl::unexpected{KafkaError{
        rd_kafka_last_error(), std::string("the Kafka client cannot start: ") + reason.data()}};
  }
  static_cast<void>(conf.release());  // rd_kafka_new took it
  return KafkaHandle{client};
}

}  // namespace assay::host
