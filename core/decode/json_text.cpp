#include "core/decode/json_text.hpp"

#include <cstring>

namespace assay::core {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

// Four hex digits at the front, taken away; -1 where they are not there.
std::int32_t take_hex(std::string_view& raw) {
  if (raw.size() < 4) return -1;
  std::int32_t value = 0;
  for (const char c : raw.substr(0, 4)) {
    const auto lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value * 16 + (c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + (lower - 'a' + 10);
    } else {
      return -1;
    }
  }
  raw.remove_prefix(4);
  return value;
}

// The code point behind \u, its second half included; -1 where it is not one.
std::int32_t take_code_point(std::string_view& raw) {
  const auto high = take_hex(raw);
  if (high < 0xD800 || high > 0xDFFF) return high;
  if (high > 0xDBFF || !raw.starts_with("\\u")) return -1;
  raw.remove_prefix(2);
  const auto low = take_hex(raw);
  if (low < 0xDC00 || low > 0xDFFF) return -1;
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

char* put_utf8(char* out, std::uint32_t point) {
  const auto put = [&](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  const auto put_tail = [&](int shift) { put(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put_tail(0);
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put_tail(6);
    put_tail(0);
  } else {
    put(0xF0 | point >> 18);
    put_tail(12);
    put_tail(6);
    put_tail(0);
  }
  return out;
}

}  // namespace

Unescaped unescape(std::string_view raw, char* out) noexcept {
  Unescaped result;
  char* at = out;
  while (!raw.empty()) {
    const auto plain = std::min(raw.find('\\'), raw.size());
    std::memcpy(at, raw.data(), plain);
    at += plain;
    raw.remove_prefix(plain);
    if (raw.empty()) break;
    if (raw.size() < 2) return result;
    const char kind = raw[1];
    raw.remove_prefix(2);
    if (kind != 'u') {
      *at = simple_escape(kind);
      if (*at++ == 0) return result;
      continue;
    }
    auto point = take_code_point(raw);
    if (point < 0) return result;
    if (point == 0) {
      point = kReplacement;
      ++result.nuls;
    }
    at = put_utf8(at, static_cast<std::uint32_t>(point));
  }
  result.size = static_cast<std::size_t>(at - out);
  result.valid = true;
  return result;
}

void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace assay::core
