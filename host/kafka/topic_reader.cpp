#include "host/kafka/topic_reader.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace assay::host {
namespace {

using std::chrono::steady_clock;

// A place that is no further ahead is read up to: a new assignment costs a broker's idle sleep, up
// to a second.
constexpr std::int64_t kReadOver = 2'000;

std::optional<std::string> bytes_of(const void* data, std::size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(data), size);
}

LogRecord record_of(const rd_kafka_message_t& raw) {
  LogRecord record;
  record.partition = raw.partition;
  record.offset = raw.offset;
  record.timestamp_ms = rd_kafka_message_timestamp(&raw, nullptr);
  record.key = bytes_of(raw.key, raw.key_len);
  record.value = bytes_of(raw.payload, raw.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&raw, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    record.headers.emplace_back(name, bytes_of(value, size).value_or(""));
  }
  return record;
}

}  // namespace

tl::expected<std::unique_ptr<TopicReader>, KafkaError> TopicReader::open(
    TopicReaderOptions options) {
  std::unique_ptr<TopicReader> reader{new TopicReader(std::move(options))};
  KafkaProperties all{{"client.id", "assay-dlq"},
                      {"isolation.level", "read_committed"},
                      {"fetch.wait.max.ms", "50"},
                      {"reconnect.backoff.max.ms", "2000"},
                      {"log.connection.close", "false"}};
  for (const auto& [name, value] : reader->options_.properties) all[name] = value;
  all["bootstrap.servers"] = reader->options_.bootstrap;
  all["group.id"] = reader->options_.group;
  all["enable.auto.commit"] = "false";
  all["enable.auto.offset.store"] = "false";
  all["auto.offset.reset"] = "error";
  all["enable.partition.eof"] = "true";
  all["allow.auto.create.topics"] = "false";
  auto conf = make_conf(all, reader->hooks_);
  if (!conf) return tl::unexpected{std::move(conf.error())};
  auto client = make_client(RD_KAFKA_CONSUMER, std::move(*conf));
  if (!client) return tl::unexpected{std::move(client.error())};
  reader->client_ = std::move(*client);
  rd_kafka_poll_set_consumer(reader->client_.get());
  return reader;
}

tl::expected<std::vector<PartitionExtent>, KafkaError> TopicReader::extents(
    const std::string& topic) {
  const int patience = static_cast<int>(options_.patience.count());
  const TopicHandle handle{rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr)};
  const rd_kafka_metadata_t* raw = nullptr;
  auto code = rd_kafka_metadata(client_.get(), 0, handle.get(), &raw, patience);
  const MetadataHandle metadata{raw};
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && raw->topic_cnt == 1) code = raw->topics[0].err;
  if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
    return std::vector<PartitionExtent>{};
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected{error_of(code, "topic " + topic + " at " + options_.bootstrap)};
  }
  std::vector<PartitionExtent> all;
  for (std::int32_t i = 0; i < raw->topics[0].partition_cnt; ++i) {
    PartitionExtent one{i, 0, 0};
    code = rd_kafka_query_watermark_offsets(client_.get(), topic.c_str(), i, &one.low, &one.high,
                                            patience);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return tl::unexpected{error_of(code, "partition " + std::to_string(i) + " of " + topic)};
    }
    all.push_back(one);
  }
  return all;
}

tl::expected<void, KafkaError> TopicReader::assign(const std::string& topic,
                                                   const std::vector<PartitionExtent>& stretches) {
  const PartitionListHandle list{
      rd_kafka_topic_partition_list_new(static_cast<int>(stretches.size()))};
  for (const auto& one : stretches) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), one.partition)->offset = one.low;
  }
  const auto code = rd_kafka_assign(client_.get(), list.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return tl::unexpected{error_of(code, "cannot read " + topic)};
}

tl::expected<void, KafkaError> TopicReader::read(const std::string& topic,
                                                 const std::vector<PartitionExtent>& stretches,
                                                 const Take& take) {
  std::vector<PartitionExtent> wanted;
  std::map<std::int32_t, std::int64_t> ends;  // of what is not read to its end yet
  for (const auto& one : stretches) {
    if (one.low >= one.high) continue;
    wanted.push_back(one);
    ends[one.partition] = one.high;
  }
  if (auto assigned = assign(topic, wanted); !assigned) return assigned;
  auto heard = steady_clock::now();
  while (!ends.empty()) {
    const MessageHandle message{rd_kafka_consumer_poll(client_.get(), 100)};
    if (!message) {
      if (steady_clock::now() - heard < options_.patience) continue;
      return tl::unexpected{KafkaError{RD_KAFKA_RESP_ERR__TIMED_OUT,
                                       "topic " + topic + ": nothing came for " +
                                           std::to_string(options_.patience.count() / 1'000) +
                                           " s from " + options_.bootstrap}};
    }
    const auto end = ends.find(message->partition);
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      // The last offsets may be no records: marks of transactions, or compacted away.
      if (end != ends.end()) ends.erase(end);
      heard = steady_clock::now();
      continue;
    }
    if (message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE ||
        message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
      // Deleted between the question and the reading.
      if (end != ends.end()) ends.erase(end);
      continue;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        return tl::unexpected{error_of(message->err, "topic " + topic)};
      }
      continue;  // of a connection: librdkafka tries again, the patience ends it
    }
    heard = steady_clock::now();
    if (end == ends.end()) continue;
    if (message->offset < end->second) take(record_of(*message));
    if (message->offset + 1 >= end->second) ends.erase(end);
  }
  rd_kafka_assign(client_.get(), nullptr);
  return {};
}

tl::expected<std::vector<std::optional<LogRecord>>, KafkaError> TopicReader::read_at(
    const std::string& topic, const PartitionExtent& extent,
    const std::vector<std::int64_t>& offsets) {
  std::vector<std::optional<LogRecord>> found(offsets.size());
  for (std::size_t from = 0; from < offsets.size();) {
    auto to = from + 1;
    while (to < offsets.size() && offsets[to] - offsets[to - 1] <= kReadOver) ++to;
    const PartitionExtent stretch{extent.partition, std::max(offsets[from], extent.low),
                                  std::min(offsets[to - 1] + 1, extent.high)};
    const auto done = read(topic, {stretch}, [&](LogRecord record) {
      const auto at = std::lower_bound(offsets.begin(), offsets.end(), record.offset);
      if (at == offsets.end() || *at != record.offset) return;
      found[static_cast<std::size_t>(at - offsets.begin())] = std::move(record);
    });
    if (!done) return tl::unexpected{done.error()};
    from = to;
  }
  return found;
}

}  // namespace assay::host
