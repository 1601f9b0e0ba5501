#include "core/decode/message_text.hpp"

#include <cstring>

#include "core/decode/json_fault.hpp"

namespace assay::core {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

}  // namespace

MessageText::MessageText(std::uint32_t max_size, std::uint32_t max_depth)
    : max_size_(max_size),
      max_depth_(max_depth),
      buffer_(new char[max_size + kPadding]()),
      scratch_(new char[max_size + kPadding]) {}

void MessageText::clear() {
  detail = {};
  text_ = {};
}

DecodeError MessageText::load(std::string_view payload) {
  clear();
  text_ = payload;
  if (const auto error = refuse_early(); error != DecodeError::ok) return error;
  std::memcpy(buffer_.get(), text_.data(), text_.size());
  // On-Demand looks at the byte behind an object that breaks off, and goes on if the message
  // before left a bracket there.
  std::memset(buffer_.get() + text_.size(), 0, kPadding);
  text_ = {buffer_.get(), text_.size()};
  return DecodeError::ok;
}

DecodeError MessageText::refuse_early() {
  if (text_.empty()) return DecodeError::empty;
  if (text_.size() > max_size_) {
    detail.number = static_cast<std::int64_t>(text_.size());
    detail.limit = max_size_;
    return DecodeError::too_large;
  }
  if (text_[0] == '\0' && text_.size() >= 5) {
    for (std::size_t i = 1; i < 5; ++i) {
      detail.number = detail.number << 8 | static_cast<unsigned char>(text_[i]);
    }
    return DecodeError::schema_registry;
  }
  if (text_[0] == '{') return DecodeError::ok;
  const auto first = text_.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return DecodeError::empty;
  if (text_[first] == '{') return DecodeError::ok;
  detail.offset = static_cast<std::uint32_t>(first);
  detail.expected = "an object";
  if (!begins_value(text_[first])) return DecodeError::not_json;
  detail.found = kind_of_value(text_[first]);
  return DecodeError::wrong_type;
}

DecodeError MessageText::refuse(const char* at, std::string_view expected) {
  detail.offset = offset_of(at);
  detail.expected = expected;
  return DecodeError::not_json;
}

DecodeError MessageText::refuse_too_deep(const char* at) {
  detail.offset = offset_of(at);
  detail.limit = max_depth_;
  return DecodeError::too_deep;
}

DecodeError MessageText::refuse_repeated(const char* at, std::string_view key) {
  detail.offset = offset_of(at);
  detail.field = key;
  return DecodeError::repeated_key;
}

DecodeError MessageText::refuse_whole(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      detail.offset = static_cast<std::uint32_t>(first_bad_utf8(text_));
      return DecodeError::bad_utf8;
    case simdjson::UNESCAPED_CHARS:
      detail.expected = "control characters in texts to be escaped";
      return DecodeError::not_json;
    default:
      return refuse_unended();
  }
}

DecodeError MessageText::refuse_unended() { return classify_unended(text_, detail); }

MessageText::Key MessageText::key_at(const char* raw) {
  const char* end = raw;
  bool escaped = false;
  for (; *end != '"'; ++end) {
    if (*end != '\\') continue;
    escaped = true;
    ++end;
  }
  Key key;
  key.raw = {raw, static_cast<std::size_t>(end - raw)};
  key.text = key.raw;
  if (!escaped) return key;
  const auto plain = unescape(key.raw, scratch_.get());
  key.text = {scratch_.get(), plain.size};
  key.valid = plain.valid;
  return key;
}

}  // namespace assay::core
