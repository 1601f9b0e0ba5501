#include "core/decode/skip_value.hpp"

#include <string_view>
#include <utility>

#include "core/decode/json_token.hpp"
#include "core/decode/number.hpp"

namespace assay::core {
namespace {

namespace ondemand = simdjson::ondemand;

DecodeError skip_object(MessageText& message, ondemand::value& value, const char* at,
                        std::uint32_t depth) {
  ondemand::object object;
  if (value.get_object().get(object)) return message.refuse(at, "an object");
  for (auto item : object) {
    if (item.error()) return message.refuse(at, "a key and its value, or the end");
    ondemand::field&& field = std::move(item).value_unsafe();
    at = field.key().raw();
    if (!message.key_at(at).valid) return message.refuse(at, "a valid escape in a key");
    const auto error = skip_value(message, field.value(), depth);
    if (error != DecodeError::ok) return error;
  }
  return DecodeError::ok;
}

DecodeError skip_list(MessageText& message, ondemand::value& value, const char* at,
                      std::uint32_t depth) {
  ondemand::array list;
  if (value.get_array().get(list)) return message.refuse(at, "a list");
  for (auto item : list) {
    if (item.error()) return message.refuse(at, "a value and a comma, or the end");
    // value_unsafe() is there for what is moved from only.
    // NOLINTNEXTLINE(performance-move-const-arg)
    ondemand::value&& element = std::move(item).value_unsafe();
    const auto error = skip_value(message, element, depth);
    if (error != DecodeError::ok) return error;
  }
  return DecodeError::ok;
}

}  // namespace

DecodeError skip_value(MessageText& message, ondemand::value& value, std::uint32_t depth) {
  const auto token = token_of(value);
  switch (token[0]) {
    case '"': {
      std::string_view text;
      std::uint32_t nuls = 0;
      if (message.take_text(token, value, text, nuls)) return DecodeError::ok;
      return message.refuse(token.data(), "a text");
    }
    case '{':
      if (message.at_deepest(depth)) return message.refuse_too_deep(token.data());
      return skip_object(message, value, token.data(), depth + 1);
    case '[':
      if (message.at_deepest(depth)) return message.refuse_too_deep(token.data());
      return skip_list(message, value, token.data(), depth + 1);
    default:
      break;
  }
  if (token == "true" || token == "false" || token == "null" || is_json_number(token)) {
    return DecodeError::ok;
  }
  return message.refuse(token.data(), "a value");
}

}  // namespace assay::core
