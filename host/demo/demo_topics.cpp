#include "host/demo/demo_topics.hpp"

#include <array>
#include <chrono>
#include <string_view>

#include "host/kafka/consumer.hpp"
#include "host/produce/kafka_producer.hpp"

namespace assay::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kAnswer{10'000};
constexpr milliseconds kReading{60'000};

// The card number is one that networks publish for tests.
constexpr std::array<std::string_view, 6> kBroken = {
    "this is no JSON",
    R"({"transaction_id":"demo-cut","timestamp":1767600000,"user_id":)",
    R"({"transaction_id":"demo-no-amount","timestamp":1767600000,"user_id":1,"currency":"EUR",)"
    R"("transaction_type":"purchase","location":"Berlin","merchant":"Kiosk",)"
    R"("card_number":"4111111111111111"})",
    R"({"transaction_id":"demo-digits","timestamp":1767600000,"user_id":1,"amount":12.345678,)"
    R"("currency":"EUR","transaction_type":"purchase","location":"Berlin","merchant":"Kiosk",)"
    R"("card_number":"4111111111111111"})",
    R"({"transaction_id":"demo-type","timestamp":1767600000,"user_id":[1],"amount":12.34,)"
    R"("currency":"EUR","transaction_type":"purchase","location":"Berlin","merchant":"Kiosk",)"
    R"("card_number":"4111111111111111"})",
    std::string_view("\0\0\0\0\7Avro, and no schema registry in sight", 42)};

// Reads until every partition has been read up to where it ended at first.
class TopicReader {
 public:
  explicit TopicReader(Consumer& consumer) : consumer_(consumer) {}

  tl::expected<std::vector<std::string>, KafkaError> read(const std::string& topic) {
    const auto partitions = consumer_.partition_count(topic, kAnswer);
    if (!partitions) return tl::unexpected(partitions.error());
    std::vector<Position> positions;
    for (std::int32_t i = 0; i < *partitions; ++i) {
      const auto range = consumer_.log_range({i}, kAnswer);
      if (!range) return tl::unexpected(range.error());
      left_ += range->high.value - range->low.value;
      positions.push_back({{i}, range->low});
    }
    if (left_ == 0) return std::vector<std::string>{};
    if (const auto started = consumer_.start(positions); !started) {
      return tl::unexpected(started.error());
    }
    std::vector<std::string> values;
    const auto deadline = steady_clock::now() + kReading;
    while (left_ > 0 && steady_clock::now() < deadline) {
      const auto message = consumer_.poll(milliseconds(100));
      if (!message) continue;
      values.emplace_back(message->payload);
      --left_;
    }
    if (left_ == 0) return values;
    return tl::unexpected(
        KafkaError{RD_KAFKA_RESP_ERR__TIMED_OUT,
                   std::to_string(left_) + " records of " + topic + " did not come"});
  }

 private:
  Consumer& consumer_;
  std::int64_t left_ = 0;
};

}  // namespace

tl::expected<std::uint64_t, std::string> send_broken_messages(const std::string& bootstrap,
                                                              const std::string& topic,
                                                              std::int64_t time_ms) {
  auto producer = KafkaProducer::open(bootstrap, {});
  if (!producer) return tl::unexpected(producer.error().message);
  for (std::size_t i = 0; i < kBroken.size(); ++i) {
    const auto sent = (*producer)->send(topic, std::to_string(i), kBroken[i], time_ms);
    if (!sent) return tl::unexpected(sent.error().message);
  }
  while ((*producer)->acknowledged() < (*producer)->sent()) {
    const auto served = (*producer)->poll(milliseconds(20));
    if (!served) return tl::unexpected(served.error().message);
  }
  return kBroken.size();
}

tl::expected<std::vector<std::string>, std::string> read_topic(const std::string& bootstrap,
                                                               const std::string& topic) {
  ConsumerOptions options;
  options.bootstrap = bootstrap;
  options.topic = topic;
  options.group = "assay-demo-reader";  // the client wants a name; it joins nothing
  options.membership = Membership::none;
  options.properties = {{"fetch.wait.max.ms", "10"}};
  auto consumer = Consumer::open(std::move(options));
  if (!consumer) return tl::unexpected(consumer.error().words);
  auto values = TopicReader(**consumer).read(topic);
  (*consumer)->close();
  if (!values) return tl::unexpected(values.error().words);
  return std::move(*values);
}

}  // namespace assay::host
