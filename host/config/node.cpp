#include "host/config/node.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

namespace assay::host {
namespace {

// One reference and nothing beside it; a default behind `:-` is a value.
bool is_reference(std::string_view written) {
  const bool begins = written.starts_with("${env:") || written.starts_with("${file:");
  return begins && written.find('}') == written.size() - 1 &&
         written.find(":-") == std::string_view::npos;
}

}  // namespace

const Entry* Node::entry(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

const Node* Node::find(std::string_view key) const {
  const Entry* found = entry(key);
  return found ? &found->value : nullptr;
}

Node* Node::find(std::string_view key) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

bool Node::erase(std::string_view key) {
  return std::erase_if(entries, [key](const Entry& entry) { return entry.key == key; }) > 0;
}

std::string Node::value() const { return is_path ? resolve_path(span, text) : text; }

Node empty_map(Span span) {
  Node node;
  node.kind = Node::Kind::map;
  node.span = std::move(span);
  return node;
}

void keep_secret(Node& node) {
  if (node.is_scalar()) {
    node.secret = true;
    // `${file:password}` and the like name where a secret is, and are none.
    is_reference(node.written) ? node.span.reveal() : node.span.cover();
  }
  for (Node& item : node.items) keep_secret(item);
  for (Entry& entry : node.entries) keep_secret(entry.value);
}

std::string_view name_in_key(std::string_view key) {
  const auto end = std::ranges::find_if_not(key, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_' || letter == '.' || letter == '-';
  });
  return key.substr(0, static_cast<std::size_t>(end - key.begin()));
}

std::string shown_key(std::string_view key) {
  const auto name = name_in_key(key);
  return name.size() == key.size() ? std::string(key) : std::string(name) + "***";
}

std::string quoted_for_message(const Node& node) {
  constexpr std::size_t longest = 60;
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::scalar:
      break;
  }
  if (node.secret) return "`***`";
  const std::string& text = node.written.empty() ? node.text : node.written;
  if (text.size() <= longest) return "`" + text + "`";
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return "`" + text.substr(0, end) + "...`";
}

std::string join_path(std::string_view parent, std::string_view key) {
  std::string result(parent);
  if (!result.empty()) result += '.';
  return result.append(key);
}

std::string resolve_path(const Span& where, std::string_view path) {
  const std::filesystem::path given(path);
  if (given.is_absolute() || !where.source) return given.string();
  const auto folder = std::filesystem::path(where.source->path()).parent_path();
  return (folder / given).lexically_normal().string();
}

}  // namespace assay::host
