// How far a consumer is behind, by the ends of the logs that came with what it fetched; and how it
// learns that a trouble with the brokers is over.
#include <utility>

#include "host/kafka/consumer.hpp"

namespace assay::host {

std::vector<Lag> Consumer::lags() const {
  std::vector<Lag> lags;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const auto& partition = partitions_[i];
    if (!partition.ours || partition.next < 0) continue;
    const auto id = static_cast<std::int32_t>(i);
    std::int64_t low = -1;
    std::int64_t end = -1;
    const auto error =
        rd_kafka_get_watermark_offsets(client_.get(), options_.topic.c_str(), id, &low, &end);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR || end < 0) continue;
    lags.push_back({core::PartitionId{id}, core::Offset{partition.next}, core::Offset{end},
                    queues_ && queues_->holds(id)});
  }
  return lags;
}

void Consumer::look_after_trouble() {
  if (!trouble_ || fenced_) return;
  constexpr int kPatience = 100;  // milliseconds
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(client_.get(), 0, nullptr, &metadata, kPatience) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return;
  }
  rd_kafka_metadata_destroy(metadata);
  end_trouble(kAnswerAgain);
}

// Whoever read of the trouble wants to read of its end.
void Consumer::end_trouble(const std::string& words) {
  if (std::exchange(trouble_, std::nullopt)) log(KafkaLogLevel::info, words);
}

}  // namespace assay::host
