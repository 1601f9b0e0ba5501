// Writes one flat JSON object after another into a buffer that is kept, so that a million
// transactions cost no allocation. Names and strings are written as they are: everything the
// simulator writes is plain text of its own tables, without quotes, backslashes or control
// characters.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace assay::host {

class JsonLine {
 public:
  JsonLine() { text_.reserve(1024); }

  void begin() {
    text_.clear();
    text_ += '{';
  }

  void text(std::string_view name, std::string_view value) {
    key(name);
    text_ += '"';
    text_ += value;
    text_ += '"';
  }

  void number(std::string_view name, std::int64_t value) {
    key(name);
    append(value);
  }

  // A decimal number with exactly `digits` places, from its integer at that scale.
  void decimal(std::string_view name, std::int64_t scaled, int digits) {
    key(name);
    std::int64_t scale = 1;
    for (int i = 0; i < digits; ++i) scale *= 10;
    if (scaled < 0) text_ += '-';
    append(std::abs(scaled) / scale);
    text_ += '.';
    const std::int64_t fraction = std::abs(scaled) % scale;
    for (std::int64_t place = scale / 10; place > 0; place /= 10) {
      text_ += static_cast<char>('0' + fraction / place % 10);
    }
  }

  void boolean(std::string_view name, bool value) {
    key(name);
    text_ += value ? "true" : "false";
  }

  // A value that is JSON already.
  void raw(std::string_view name, std::string_view json) {
    key(name);
    text_ += json;
  }

  // Valid until the next begin().
  std::string_view end() {
    text_ += '}';
    return text_;
  }

 private:
  void key(std::string_view name) {
    if (text_.size() > 1) text_ += ',';
    text_ += '"';
    text_ += name;
    text_ += "\":";
  }

  void append(std::int64_t value) {
    char digits[24];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    static_cast<void>(error);  // 24 characters hold any 64-bit integer
    text_.append(digits, end);
  }

  std::string text_;
};

}  // namespace assay::host
