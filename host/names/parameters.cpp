#include "host/names/parameters.hpp"

#include <algorithm>
#include <assay/values.hpp>
#include <cstdio>

#include "host/config/values.hpp"

namespace assay::host {
namespace {

using Failure = tl::unexpected<std::string>;

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    if (static_cast<unsigned char>(letter) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(letter));
      quoted += escape;
    } else {
      quoted += letter;
    }
  }
  return quoted + '"';
}

// A number as an expression writes it: no plus, no leading zeros, a digit before the point.
std::optional<std::string> number(const std::string& text) {
  if (const auto whole = parse_integer(text)) return std::to_string(*whole);
  if (!parse_number(text)) return std::nullopt;
  const bool negative = text.front() == '-';
  const auto digits = text.substr(negative ? 1 : 0);
  return (negative ? "-" : "") + std::string(digits.front() == '.' ? "0" : "") + digits;
}

std::optional<std::string> digits_of_money(const std::string& text) {
  if (!parse_money(text)) return std::nullopt;
  return text.substr(0, text.find(' '));
}

std::string scalar_literal(const Node& node) {
  if (!node.may_be_typed()) return in_quotes(node.text);
  if (parse_bool(node.text)) return node.text;
  if (const auto plain = number(node.text)) return *plain;
  if (parse_duration(node.text)) return "duration(" + in_quotes(node.text) + ")";
  if (const auto amount = digits_of_money(node.text)) return *amount;
  return in_quotes(node.text);
}

std::string scalar_words(const Node& node) {
  if (node.may_be_typed() && !parse_integer(node.text)) {
    if (const auto duration = parse_duration(node.text)) return in_words(Duration{*duration});
  }
  return node.text;
}

}  // namespace

tl::expected<std::string, std::string> Parameters::literal(std::string_view name,
                                                           LiteralPlace place) const {
  const Node* node = map_ ? map_->find(name) : nullptr;
  if (!node) return Failure("the rule has no parameter `" + std::string(name) + "`");
  if (node->secret) return Failure("the parameter `" + std::string(name) + "` is a secret");
  if (place == LiteralPlace::window) {
    if (node->is_scalar() && node->may_be_typed() && parse_duration(node->text)) return node->text;
    return Failure("the parameter `" + std::string(name) + "` is not a duration such as 10m");
  }
  if (node->is_scalar()) return scalar_literal(*node);
  if (!node->is_list()) {
    return Failure("the parameter `" + std::string(name) + "` is a map, which is not one value");
  }
  std::string list = "[";
  for (const Node& item : node->items) {
    if (!item.is_scalar()) {
      return Failure("the parameter `" + std::string(name) + "` holds more than plain values");
    }
    list += (list.size() > 1 ? ", " : "") + scalar_literal(item);
  }
  return list + "]";
}

std::optional<std::string> Parameters::words(std::string_view name) const {
  const Node* node = map_ ? map_->find(name) : nullptr;
  if (!node || node->secret || node->is_map()) return std::nullopt;
  if (node->is_scalar()) return scalar_words(*node);
  std::string list;
  for (const Node& item : node->items) list += (list.empty() ? "" : ", ") + scalar_words(item);
  return list;
}

std::vector<std::string> Parameters::names() const {
  std::vector<std::string> names;
  if (map_) {
    for (const Entry& entry : map_->entries) names.push_back(entry.key);
  }
  return names;
}

}  // namespace assay::host
