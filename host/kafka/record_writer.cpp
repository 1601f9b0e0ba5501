#include "host/kafka/record_writer.hpp"

#include <utility>

namespace assay::host {
namespace {

KafkaError error_of(rd_kafka_resp_err_t code) { return {code, rd_kafka_err2str(code)}; }

}  // namespace

tl::expected<std::unique_ptr<RecordWriter>, KafkaError> RecordWriter::open(
    const std::string& bootstrap, const KafkaProperties& properties) {
  std::unique_ptr<RecordWriter> writer{new RecordWriter};
  auto all = dead_letter_properties(bootstrap, properties);
  all["client.id"] = "assay-dlq";
  all["message.timeout.ms"] = "30000";
  auto conf = make_conf(all, writer->hooks_);
  if (!conf) return tl::unexpected{std::move(conf.error())};
  rd_kafka_conf_set_dr_msg_cb(conf->get(), &RecordWriter::on_delivery);
  auto client = make_client(RD_KAFKA_PRODUCER, std::move(*conf));
  if (!client) return tl::unexpected{std::move(client.error())};
  writer->client_ = std::move(*client);
  return writer;
}

RecordWriter::~RecordWriter() {
  // write() waits for every answer; after a fatal error nothing may hold up the end.
  if (client_) rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

std::vector<RecordWriter::Written> RecordWriter::write(const std::string& topic,
                                                       const std::vector<LogRecord>& records) {
  // Not moved while answers point into it.
  std::vector<Written> answers(records.size(),
                               tl::unexpected{error_of(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)});
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto code = produce(topic, records[i], answers[i]);
    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(client_.get(), 50);
      code = produce(topic, records[i], answers[i]);
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) answers[i] = tl::unexpected{error_of(code)};
    rd_kafka_poll(client_.get(), 0);
  }
  constexpr int kEver = -1;  // every record has an end of its own
  rd_kafka_flush(client_.get(), kEver);
  return answers;
}

rd_kafka_resp_err_t RecordWriter::produce(const std::string& topic, const LogRecord& record,
                                          Written& answer) {
  HeadersHandle headers{rd_kafka_headers_new(record.headers.size())};
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  // In variables: the macros cast the first word of what they are given. Null is not empty.
  const void* key = record.key ? record.key->data() : nullptr;
  const std::size_t key_size = record.key ? record.key->size() : 0;
  void* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
  const std::size_t value_size = record.value ? record.value->size() : 0;
  const std::int64_t time = record.timestamp_ms < 0 ? 0 : record.timestamp_ms;
  const auto code = rd_kafka_producev(
      client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(record.partition),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
      RD_KAFKA_V_VALUE(value, value_size), RD_KAFKA_V_TIMESTAMP(time),
      RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_OPAQUE(&answer), RD_KAFKA_V_END);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());
  return code;
}

void RecordWriter::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto& answer = *static_cast<Written*>(message->_private);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    answer = message->offset;
  } else {
    answer = tl::unexpected{error_of(message->err)};
  }
}

}  // namespace assay::host
