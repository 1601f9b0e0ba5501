#include "host/config/members.hpp"

#include "host/config/values.hpp"

namespace assay::host {

const Node* Members::scalar(std::string_view key) const {
  const Node* node = find(key);
  return node != nullptr && node->is_scalar() ? node : nullptr;
}

Span Members::place(std::string_view key) const {
  const Node* node = scalar(key);
  return node ? node->span : Span();
}

void Members::phrase(std::string_view key, Node& out) const {
  if (const Node* node = scalar(key)) out = *node;
}

Node Members::map_or_empty(std::string_view key, const Span& span) const {
  const Node* node = find(key);
  return node != nullptr && node->is_map() ? *node : empty_map(span);
}

void Members::text(std::string_view key, std::string& out) const {
  if (const Node* node = scalar(key)) out = node->text;
}

void Members::path(std::string_view key, std::string& out) const {
  if (const Node* node = scalar(key)) out = resolve_path(node->span, node->text);
}

void Members::integer(std::string_view key, std::int64_t& out) const {
  const Node* node = scalar(key);
  if (node == nullptr || !node->may_be_typed()) return;
  if (const auto value = parse_integer(node->text)) out = *value;
}

void Members::number(std::string_view key, double& out) const {
  const Node* node = scalar(key);
  if (node == nullptr || !node->may_be_typed()) return;
  if (const auto value = parse_number(node->text)) out = *value;
}

void Members::boolean(std::string_view key, bool& out) const {
  const Node* node = scalar(key);
  if (node == nullptr || !node->may_be_typed()) return;
  if (const auto value = parse_bool(node->text)) out = *value;
}

void Members::duration(std::string_view key, std::int64_t& out) const {
  const Node* node = scalar(key);
  if (const auto value = parse_duration(node ? node->text : "")) out = *value;
}

void Members::duration_or_off(std::string_view key, std::optional<std::int64_t>& out) const {
  const Node* node = scalar(key);
  if (node == nullptr) return;
  if (node->text == "off") out.reset();
  if (const auto value = parse_duration(node->text)) out = *value;
}

void Members::size(std::string_view key, std::int64_t& out) const {
  const Node* node = scalar(key);
  if (const auto value = parse_size(node ? node->text : "")) out = *value;
}

void Members::texts(std::string_view key, std::vector<std::string>& out) const {
  const Node* node = find(key);
  if (node == nullptr) return;
  out.clear();
  if (node->is_scalar()) out.push_back(node->text);
  for (const Node& item : node->items) {
    if (item.is_scalar()) out.push_back(item.text);
  }
}

void Members::paths(std::string_view key, std::vector<std::string>& out) const {
  const Node* node = find(key);
  if (node == nullptr) return;
  out.clear();
  for (const Node& item : node->items) {
    if (item.is_scalar()) out.push_back(resolve_path(item.span, item.text));
  }
}

void Members::properties(std::string_view key, std::map<std::string, std::string>& out) const {
  const Node* node = find(key);
  if (node == nullptr) return;
  for (const Entry& entry : node->entries) {
    if (entry.value.is_scalar()) out[entry.key] = entry.value.text;
  }
}

}  // namespace assay::host
