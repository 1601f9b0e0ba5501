// Dead letters in their topic. A resolution goes into the partition of the letters that it is
// about, so that their order tells what it covers.
//
// Thread: one at a time.
#pragma once

#include "host/dead_letters/letter_store.hpp"
#include "host/kafka/record_writer.hpp"
#include "host/kafka/topic_reader.hpp"

namespace assay::host {

class TopicLetterStore final : public LetterStore {
 public:
  [[nodiscard]] static tl::expected<std::unique_ptr<TopicLetterStore>, LetterError> open(
      const Config& config);

  std::string name() const override { return "topic " + topic_; }
  tl::expected<void, LetterError> read(const Take& take) override;
  tl::expected<void, LetterError> put(const std::vector<Resolution>& resolutions) override;

 private:
  TopicLetterStore(const Config& config, std::unique_ptr<TopicReader> reader)
      : topic_(config.dead_letters.topic),
        bootstrap_(config.source.bootstrap),
        properties_(letter_properties(config)),
        reader_(std::move(reader)) {}

  std::string topic_;
  std::string bootstrap_;
  KafkaProperties properties_;
  std::unique_ptr<TopicReader> reader_;
  std::unique_ptr<RecordWriter> writer_;  // once something is put
};

}  // namespace assay::host
