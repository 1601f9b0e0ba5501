#include "plugins/sinks/kafka/json_text.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace assay::kafka {

void append_quoted(std::string_view text, std::string& json) {
  json += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      json += escaped;
    } else {
      json += c;
    }
  }
  json += '"';
}

void append_number(double value, std::string& json) {
  if (!std::isfinite(value)) {
    json += "null";
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  json.append(digits, end);
}

std::string rfc3339(Time time) {
  using namespace std::chrono;
  const sys_time<nanoseconds> at{nanoseconds{time.nanoseconds}};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<std::chrono::seconds>(at) - day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string written(text);
  const auto fraction = (at - floor<std::chrono::seconds>(at)).count();
  if (fraction != 0) {
    auto digits = std::to_string(1'000'000'000 + fraction).substr(1);
    while (digits.ends_with("000")) digits.resize(digits.size() - 3);
    written += "." + digits;
  }
  return written + "Z";
}

bool append_cell(const Row& row, std::uint32_t type, std::uint32_t column, std::string& json) {
  const auto append = [&]<class T>(auto&& print) {
    const auto value = row[Field<T>(column)];
    if (value) print(*value);
    return value.has_value();
  };
  switch (type) {
    case ASSAY_INT64:
      return append.operator()<std::int64_t>([&](auto value) { json += std::to_string(value); });
    case ASSAY_DOUBLE:
      return append.operator()<double>([&](auto value) { append_number(value, json); });
    case ASSAY_BOOL:
      return append.operator()<bool>([&](auto value) { json += value ? "true" : "false"; });
    case ASSAY_TIME:
      return append.operator()<Time>([&](auto value) { append_quoted(rfc3339(value), json); });
    case ASSAY_DURATION:
      return append.operator()<Duration>(
          [&](auto value) { append_quoted(to_string(value), json); });
    case ASSAY_DECIMAL:
      return append.operator()<Money>([&](auto value) { json += to_string(value); });
    case ASSAY_TEXT:
      return append.operator()<std::string_view>([&](auto value) { append_quoted(value, json); });
    case ASSAY_TOKEN:
      return append.operator()<Token>([&](auto value) {
        char digits[40];
        std::snprintf(digits, sizeof digits, "\"%016llx%016llx\"",
                      static_cast<unsigned long long>(value.high),
                      static_cast<unsigned long long>(value.low));
        json += digits;
      });
    default:
      return false;
  }
}

}  // namespace assay::kafka
