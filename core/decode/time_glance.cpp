#include "core/decode/time_glance.hpp"

#include <string_view>

#include "core/decode/timestamp.hpp"

namespace assay::core {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string quoted_key(const Schema& schema) {
  const auto* field = schema.find(FieldRole::time);
  if (field == nullptr) return {};
  if (field->json_pointer.empty()) return '"' + field->name + '"';
  const auto steps = pointer_steps(field->json_pointer);
  return steps && !steps->empty() ? '"' + steps->back() + '"' : std::string{};
}

// What stands behind the colon, without its quotes; empty where there is none.
std::string_view value_behind(std::string_view text) {
  auto at = text.find_first_not_of(blanks);
  if (at == std::string_view::npos || text[at] != ':') return {};
  at = text.find_first_not_of(blanks, at + 1);
  if (at == std::string_view::npos) return {};
  const bool quoted = text[at] == '"';
  text.remove_prefix(quoted ? at + 1 : at);
  return text.substr(0, text.find_first_of(quoted ? "\"" : ",} \t\r\n"));
}

}  // namespace

TimeGlance::TimeGlance(const Schema& schema, std::optional<std::int64_t> ahead)
    : key_(quoted_key(schema)), ahead_(ahead) {}

std::int64_t TimeGlance::operator()(const Message& message) const {
  if (key_.empty()) return message.timestamp;
  const auto at = message.payload.find(key_);
  if (at == std::string_view::npos) return message.timestamp;
  const auto value = value_behind(message.payload.substr(at + key_.size()));
  if (value.empty()) return message.timestamp;
  const auto time = parse_time_text(value);
  if (time.error != NumberError::ok) return message.timestamp;
  if (ahead_ && message.timestamp > 0 && time.units > message.timestamp + *ahead_) {
    return message.timestamp;
  }
  return time.units;
}

}  // namespace assay::core
