#include "host/config/merge.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "host/config/values.hpp"
#include "host/diagnostics/credentials.hpp"

namespace assay::host {
namespace {

bool is_plain(const std::string& text) {
  const auto safe = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_' || letter == '.' || letter == '/' ||
           letter == '-';
  };
  const auto starts_well = [](char letter) { return letter != '-' && letter != '.'; };
  return !text.empty() && starts_well(text.front()) && std::ranges::all_of(text, safe);
}

bool looks_typed(const std::string& text) {
  return text == "null" || text == "Null" || text == "NULL" || parse_bool(text) ||
         parse_number(text);
}

// A JSON string is a YAML double-quoted scalar.
std::string in_quotes(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What is printed is read again as a configuration: a `${` in a value must survive that.
std::string escaped(std::string text) {
  for (auto at = text.find("${"); at != std::string::npos; at = text.find("${", at + 3)) {
    text.insert(at, 1, '$');
  }
  return text;
}

std::string scalar(const Node& node) {
  if (node.secret) return "\"***\"";
  const bool plain = is_plain(node.text) && !(node.quoted && looks_typed(node.text));
  // An unquoted negative number or duration keeps its meaning only without quotes.
  if (plain || (!node.quoted && parse_number(node.text))) return node.text;
  return in_quotes(escaped(without_credentials(node.text)));
}

std::string key_text(const std::string& key) {
  return is_plain(key) && !looks_typed(key) ? key : in_quotes(key);
}

class Printer {
 public:
  std::string take() { return std::move(out_); }

  void value(const Node& node, std::size_t depth) {
    switch (node.kind) {
      case Node::Kind::null:
        comment(" ~", node);
        break;
      case Node::Kind::scalar:
        comment(" " + scalar(node), node);
        break;
      case Node::Kind::list:
        if (node.items.empty()) {
          comment(" []", node);
          break;
        }
        out_ += "\n";
        for (const Node& item : node.items) {
          out_ += std::string(depth * 2, ' ') + "-";
          value(item, depth + 1);
        }
        break;
      case Node::Kind::map:
        if (node.entries.empty()) {
          comment(" {}", node);
          break;
        }
        out_ += "\n";
        entries(node, depth);
        break;
    }
  }

  void entries(const Node& node, std::size_t depth) {
    for (const Entry& entry : node.entries) {
      out_ += std::string(depth * 2, ' ') + key_text(entry.key) + ":";
      value(entry.value, depth + 1);
    }
  }

 private:
  void comment(const std::string& text, const Node& node) {
    out_ += text;
    if (node.span.source) {
      out_ += "  # " + node.span.source->path() + ":" + std::to_string(node.span.line);
    }
    out_ += "\n";
  }

  std::string out_;
};

}  // namespace

Node merge(Node base, Node over) {
  if (!base.is_map() || !over.is_map()) return over;
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < base.entries.size(); ++i) index.emplace(base.entries[i].key, i);
  for (Entry& entry : over.entries) {
    const auto found = index.find(entry.key);
    if (found == index.end()) {
      base.entries.push_back(std::move(entry));
    } else {
      Entry& below = base.entries[found->second];
      below.value = merge(std::move(below.value), std::move(entry.value));
      below.key_span = std::move(entry.key_span);
    }
  }
  base.span = std::move(over.span);
  return base;
}

void drop_nulls(Node& node) {
  std::erase_if(node.entries, [](const Entry& entry) { return entry.value.is_null(); });
  for (Entry& entry : node.entries) drop_nulls(entry.value);
  for (Node& item : node.items) drop_nulls(item);
}

std::string print_merged(const Node& root) {
  Printer printer;
  if (root.is_map() && !root.entries.empty()) {
    printer.entries(root, 0);
  } else {
    printer.value(root, 0);
  }
  return printer.take();
}

}  // namespace assay::host
