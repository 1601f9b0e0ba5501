#include "host/dead_letters/topic_letter_store.hpp"

#include <utility>

#include "host/dead_letters/kafka_words.hpp"

namespace assay::host {

tl::expected<std::unique_ptr<TopicLetterStore>, LetterError> TopicLetterStore::open(
    const Config& config) {
  auto reader = TopicReader::open({.bootstrap = config.source.bootstrap,
                                   .group = config.source.group,
                                   .properties = letter_properties(config)});
  if (!reader) return tl::unexpected{letter_error(reader.error())};
  return std::unique_ptr<TopicLetterStore>{new TopicLetterStore(config, std::move(*reader))};
}

tl::expected<void, LetterError> TopicLetterStore::read(const Take& take) {
  const auto extents = reader_->extents(topic_);
  if (!extents) return tl::unexpected{letter_error(extents.error())};
  const auto done = reader_->read(topic_, *extents,
                                  [&](LogRecord record) { take(read_note(std::move(record))); });
  if (!done) return tl::unexpected{letter_error(done.error())};
  return {};
}

tl::expected<void, LetterError> TopicLetterStore::put(const std::vector<Resolution>& resolutions) {
  if (!writer_) {
    auto writer = RecordWriter::open(bootstrap_, properties_);
    if (!writer) return tl::unexpected{letter_error(writer.error())};
    writer_ = std::move(*writer);
  }
  std::vector<LogRecord> records;
  for (const auto& one : resolutions) {
    LogRecord record;
    record.partition = one.through.partition;
    record.timestamp_ms = -1;
    record.value = resolution_words(one);
    record.headers = resolution_headers(one);
    records.push_back(std::move(record));
  }
  for (const auto& written : writer_->write(topic_, records)) {
    if (written) continue;
    auto error = letter_error(written.error());
    error.words = "topic " + topic_ + " takes no record: " + error.words;
    return tl::unexpected{std::move(error)};
  }
  return {};
}

}  // namespace assay::host
