#include "core/expression/literal_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "core/expression/instants.hpp"
#include "core/expression/money.hpp"

namespace assay::core::expression {
namespace {

void append_hex(std::string& to, char letter) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(letter);
  to += kDigits[byte >> 4];
  to += kDigits[byte & 15];
}

std::string quoted(std::string_view text, bool bytes) {
  std::string out = bytes ? "b\"" : "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F || (bytes && byte >= 0x80)) {
      out += "\\x";
      append_hex(out, c);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string number(double value) {
  if (std::isnan(value)) return "double(\"nan\")";
  if (std::isinf(value)) return value < 0 ? "double(\"-inf\")" : "double(\"inf\")";
  std::array<char, 64> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  std::string text(digits.data(), end.ptr);
  // Without a point or an exponent it would be an int.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::string literal_text(const Value& value) {
  std::array<char, kLongestInstant> letters;
  switch (value.kind) {
    case Kind::error:
      return std::string("error: ") + value.letters;
    case Kind::null:
      return "null";
    case Kind::boolean:
      return value.is_true() ? "true" : "false";
    case Kind::int64:
      return std::to_string(value.integer);
    case Kind::uint64:
      return std::to_string(value.natural) + "u";
    case Kind::float64:
      return number(value.real);
    case Kind::decimal:
      return std::string(write_money(value.integer, letters.data()));
    case Kind::text:
      return quoted(value.text(), false);
    case Kind::bytes:
      return quoted(value.text(), true);
    case Kind::time:
      return "timestamp(\"" + std::string(write_time(value, letters.data())) + "\")";
    case Kind::duration:
      return "duration(\"" + std::string(write_duration(value, letters.data())) + "\")";
    case Kind::list: {
      std::string text = "[";
      for (const auto& item : value.list()) {
        if (text.size() > 1) text += ", ";
        text += literal_text(item);
      }
      return text + "]";
    }
    case Kind::token:
      return "a token";
    case Kind::absent:
    case Kind::pattern:
    case Kind::any:
      break;
  }
  return "absent";
}

}  // namespace assay::core::expression
