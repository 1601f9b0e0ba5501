// A topic read by a person's command and not by the engine: from its beginning to the end that it
// had when it was asked, or single records at their places. It joins no group and commits nothing.
//
// Every call has an end: a broker that says nothing for the patience is an error.
//
// Thread: the one that made it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/kafka/handles.hpp"
#include "host/kafka/log_record.hpp"
#include "host/kafka/properties.hpp"

namespace assay::host {

struct TopicReaderOptions {
  std::string bootstrap{};
  std::string group{};  // a name that access rules know; it is not joined
  KafkaProperties properties{};
  std::chrono::milliseconds patience{30'000};
};

/// What stands in one partition now: the first offset, and the one behind the last.
struct PartitionExtent {
  std::int32_t partition = 0;
  std::int64_t low = 0;
  std::int64_t high = 0;
};

class TopicReader final {
 public:
  /// Checks the properties; contacts nobody yet.
  [[nodiscard]] static tl::expected<std::unique_ptr<TopicReader>, KafkaError> open(
      TopicReaderOptions options);

  /// Partition by partition; none where there is no such topic.
  [[nodiscard]] tl::expected<std::vector<PartitionExtent>, KafkaError> extents(
      const std::string& topic);

  using Take = std::function<void(LogRecord)>;
  /// Every record of these stretches, each partition in its order.
  [[nodiscard]] tl::expected<void, KafkaError> read(const std::string& topic,
                                                    const std::vector<PartitionExtent>& stretches,
                                                    const Take& take);

  /// The records at these offsets of one partition, which must rise; nothing for one that is not
  /// there (any more).
  [[nodiscard]] tl::expected<std::vector<std::optional<LogRecord>>, KafkaError> read_at(
      const std::string& topic, const PartitionExtent& extent,
      const std::vector<std::int64_t>& offsets);

 private:
  explicit TopicReader(TopicReaderOptions options) : options_(std::move(options)) {}
  tl::expected<void, KafkaError> assign(const std::string& topic,
                                        const std::vector<PartitionExtent>& stretches);

  TopicReaderOptions options_;
  KafkaHooks hooks_;
  KafkaHandle client_;
};

}  // namespace assay::host
