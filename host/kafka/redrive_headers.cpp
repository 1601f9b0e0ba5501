#include "host/kafka/redrive_headers.hpp"

#include <charconv>
#include <string_view>
#include <utility>

namespace assay::host {
namespace {

constexpr std::string_view kPrefix = "assay.redrive.";
constexpr const char* kAttempt = "assay.redrive.attempt";
constexpr const char* kPartition = "assay.redrive.partition";
constexpr const char* kOffset = "assay.redrive.offset";
constexpr const char* kStep = "assay.redrive.step";

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc{} && read.ptr == end;
}

}  // namespace

std::optional<RedriveMark> read_redrive_mark(const RecordHeaders& headers) {
  RedriveMark mark;
  for (const auto& [name, value] : headers) {
    if (name == kAttempt && !read_number(value, mark.attempt)) return std::nullopt;
    if (name == kPartition && !read_number(value, mark.partition)) return std::nullopt;
    if (name == kOffset && !read_number(value, mark.offset)) return std::nullopt;
    if (name == kStep) mark.step = value;
  }
  if (mark.attempt == 0) return std::nullopt;
  return mark;
}

RecordHeaders with_redrive_mark(RecordHeaders headers, const RedriveMark& mark) {
  std::erase_if(headers, [](const auto& header) { return header.first.starts_with(kPrefix); });
  headers.emplace_back(kAttempt, std::to_string(mark.attempt));
  headers.emplace_back(kPartition, std::to_string(mark.partition));
  headers.emplace_back(kOffset, std::to_string(mark.offset));
  if (!mark.step.empty()) headers.emplace_back(kStep, mark.step);
  return headers;
}

std::optional<core::Redrive> redrive_of(const rd_kafka_message_t& raw) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&raw, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  const auto value_of = [&](const char* name) -> std::string_view {
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return {};
    }
    return {static_cast<const char*>(value), size};
  };
  core::Redrive redrive;
  if (!read_number(value_of(kAttempt), redrive.attempt) || redrive.attempt == 0) {
    return std::nullopt;
  }
  if (!read_number(value_of(kOffset), redrive.first_offset)) redrive.first_offset = -1;
  redrive.step = value_of(kStep);
  return redrive;
}

}  // namespace assay::host
