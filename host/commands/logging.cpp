#include "host/commands/logging.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "host/diagnostics/render.hpp"

namespace assay::host {
namespace {

// The message as the inside of a JSON string.
class JsonMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    for (const char letter : message.payload) {
      const auto byte = static_cast<unsigned char>(letter);
      if (byte < 0x20) {
        char escaped[8];
        const auto size = std::snprintf(escaped, sizeof escaped, "\\u%04x", unsigned{byte});
        out.append(escaped, escaped + size);
        continue;
      }
      if (letter == '"' || letter == '\\') out.push_back('\\');
      out.push_back(letter);
    }
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JsonMessage>();
  }
};

spdlog::level::level_enum level_of(LogConfig::Level level) {
  switch (level) {
    case LogConfig::Level::debug:
      return spdlog::level::debug;
    case LogConfig::Level::info:
      return spdlog::level::info;
    case LogConfig::Level::warning:
      return spdlog::level::warn;
    case LogConfig::Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void start_logging(const LogConfig& config) {
  const bool json = config.format == LogConfig::Format::json;
  const bool colour = !json && colour_of(STDERR_FILENO) == Colour::always;
  spdlog::sink_ptr sink;
  if (colour) {
    sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  auto logger = std::make_shared<spdlog::logger>("assay", std::move(sink));
  logger->set_level(level_of(config.level));
  if (json) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    formatter->add_flag<JsonMessage>('*').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":"%*"})");
    logger->set_formatter(std::move(formatter));
  } else {
    logger->set_pattern("%H:%M:%S %^%-7l%$ %v");
  }
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace assay::host
