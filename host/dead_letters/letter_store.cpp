#include "host/dead_letters/letter_store.hpp"

#include "host/dead_letters/file_letter_store.hpp"
#include "host/dead_letters/topic_letter_store.hpp"

namespace assay::host {

KafkaProperties letter_properties(const Config& config) {
  auto properties = config.source.kafka;
  for (const auto& [name, value] : config.dead_letters.kafka) properties[name] = value;
  return properties;
}

tl::expected<std::unique_ptr<LetterStore>, LetterError> open_letter_store(const Config& config) {
  if (config.dead_letters.mode == DeadLettersConfig::Mode::file) {
    return std::make_unique<FileLetterStore>(config.dead_letters.file);
  }
  auto store = TopicLetterStore::open(config);
  if (!store) return tl::unexpected{std::move(store.error())};
  return std::move(*store);
}

}  // namespace assay::host
