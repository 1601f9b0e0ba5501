#include "host/application/kafka_log.hpp"

#include <spdlog/spdlog.h>

namespace assay::host {

KafkaLog kafka_log() {
  return [](KafkaLogLevel level, std::string_view text) {
    constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                    spdlog::level::warn, spdlog::level::err};
    spdlog::log(levels[static_cast<std::size_t>(level)], "kafka: {}", text);
  };
}

}  // namespace assay::host
