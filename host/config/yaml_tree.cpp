#include "host/config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace assay::host {
namespace {

class Lines {
 public:
  explicit Lines(std::string_view text) {
    while (true) {
      const auto end = text.find('\n');
      lines_.push_back(text.substr(0, end));
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }

  /// From a place to the end of its line.
  [[nodiscard]] std::string_view rest(std::uint32_t line, std::uint32_t column) const {
    if (line == 0 || line > lines_.size()) return {};
    std::string_view text = lines_[line - 1];
    if (text.ends_with('\r')) text.remove_suffix(1);
    return column - 1 <= text.size() ? text.substr(column - 1) : std::string_view();
  }

 private:
  std::vector<std::string_view> lines_;
};

std::uint32_t quoted_length(std::string_view rest) {
  const char quote = rest.front();
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (quote == '"' && rest[i] == '\\') {
      ++i;
    } else if (rest[i] == quote) {
      if (quote == '\'' && i + 1 < rest.size() && rest[i + 1] == quote) {
        ++i;
      } else {
        return static_cast<std::uint32_t>(i + 1);
      }
    }
  }
  return static_cast<std::uint32_t>(rest.size());
}

std::uint32_t scalar_length(std::string_view rest, const std::string& value) {
  if (rest.empty()) return 1;
  if (rest.front() == '"' || rest.front() == '\'') return quoted_length(rest);
  if (!value.empty() && rest.starts_with(value)) return static_cast<std::uint32_t>(value.size());
  // A block or a folded scalar: mark its first line only.
  const auto end = rest.find_last_not_of(" \t");
  return end == std::string_view::npos ? 1 : static_cast<std::uint32_t>(end + 1);
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(SourcePtr source, Diagnostics& diagnostics)
      : source_(std::move(source)), lines_(source_->text()), diagnostics_(diagnostics) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    Node node;
    node.span = span(mark, 1);
    place(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases are not supported",
           "write the value out, or put what is shared into a file of its own and `include` it");
    Node node;
    node.span = span(mark, 1);
    place(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    Node node;
    node.kind = Node::Kind::scalar;
    node.text = value;
    node.quoted = tag == "!";
    node.span = span(mark, 1);
    node.span.length = scalar_length(lines_.rest(node.span.line, node.span.column), value);
    place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { end(); }

 private:
  // A list or map that is being read, and of a map the key that waits for its value.
  struct Open {
    Node node;
    std::optional<Entry> pending;
    std::map<std::string, Span, std::less<>> keys;
  };

  [[nodiscard]] Span span(const YAML::Mark& mark, std::uint32_t length) const {
    return {source_, static_cast<std::uint32_t>(mark.line + 1),
            static_cast<std::uint32_t>(mark.column + 1), length};
  }

  void refuse(const YAML::Mark& mark, std::string message, std::string help) {
    diagnostics_.add({.code = Code::refused_yaml,
                      .message = std::move(message),
                      .span = span(mark, 1),
                      .help = std::move(help)});
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor == YAML::NullAnchor) return;
    refuse(mark, "anchors are not supported",
           "write the value out, or put what is shared into a file of its own and `include` it");
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    // The tag may be the begin of a password that begins with an exclamation mark.
    refuse(mark, "tags are not supported",
           "put into quotes what begins with `!`, or looks like a number and is text");
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             Node::Kind kind) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    Open open;
    open.node.kind = kind;
    open.node.span = span(mark, 1);
    open_.push_back(std::move(open));
  }

  void end() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    place(std::move(node));
  }

  void place(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_list()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.pending) {
      parent.pending = as_key(std::move(node));
    } else {
      parent.pending->value = std::move(node);
      keep(parent, std::move(*parent.pending));
      parent.pending.reset();
    }
  }

  Entry as_key(Node node) {
    if (!node.is_scalar()) {
      diagnostics_.add({.code = Code::refused_yaml,
                        .message = "a key must be text",
                        .span = node.span,
                        .note = "this key is " + quoted_for_message(node)});
    }
    return {.key = std::move(node.text), .key_span = std::move(node.span), .value = {}};
  }

  void keep(Open& map, Entry entry) {
    const auto [first, fresh] = map.keys.try_emplace(entry.key, entry.key_span);
    if (fresh) {
      map.node.entries.push_back(std::move(entry));
      return;
    }
    entry.key_span.length = static_cast<std::uint32_t>(
        std::min<std::size_t>(entry.key_span.length, name_in_key(entry.key).size()));
    entry.key_span.reveal();
    diagnostics_.add({.code = Code::repeated_key,
                      .message = "the key `" + shown_key(entry.key) + "` stands twice in this map",
                      .span = entry.key_span,
                      .label = "second time",
                      .note = "first at " + first->second.text(),
                      .help = "remove one of the two"});
  }

  SourcePtr source_;
  Lines lines_;
  Diagnostics& diagnostics_;
  std::vector<Open> open_;
  Node root_;
};

// Length of the UTF-8 sequence at the front, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 && first < 0xf5   ? 4
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xc2 && first < 0xe0 ? 2
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool surrogate_or_beyond =
      (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return overlong || surrogate_or_beyond ? 0 : length;
}

// yaml-cpp takes byte 4 for the end of the file and passes any other byte on: look first.
bool is_text(const SourcePtr& source, Diagnostics& diagnostics) {
  std::string_view rest = source->text();
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  const auto fault = [&](std::string message, std::string help) {
    diagnostics.add({.code = Code::bad_syntax,
                     .message = std::move(message),
                     .span = {source, line, column, 1},
                     .help = std::move(help)});
    return false;
  };
  while (!rest.empty()) {
    const auto byte = static_cast<unsigned char>(rest.front());
    const std::size_t length = utf8_length(rest);
    if (length == 0) return fault("the file is not UTF-8 text", "save it as UTF-8");
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f) {
      return fault("the file holds a control character (byte " + std::to_string(byte) + ")",
                   "remove it, or write it as an escape in double quotes");
    }
    rest.remove_prefix(length);
    column += static_cast<std::uint32_t>(length);
    if (byte == '\n') {
      ++line;
      column = 1;
    }
  }
  return true;
}

}  // namespace

Node parse_yaml(const SourcePtr& source, Diagnostics& diagnostics) {
  source->secrecy().guard();
  if (!is_text(source, diagnostics)) return {};
  TreeBuilder builder(source, diagnostics);
  try {
    std::istringstream stream(source->text());
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return {};
    Node root = builder.take();
    TreeBuilder rest(source, diagnostics);
    if (parser.HandleNextDocument(rest)) {
      diagnostics.add({.code = Code::refused_yaml,
                       .message = "the file holds more than one document",
                       .span = rest.take().span,
                       .help = "keep one document in a file; `include` joins files"});
    }
    return root;
  } catch (const YAML::Exception& error) {
    // yaml-cpp's own words, lower case; its mark is -1 when it has none.
    Span place{source, 0, 0, 0};
    if (!error.mark.is_null()) {
      place = {source, static_cast<std::uint32_t>(error.mark.line + 1),
               static_cast<std::uint32_t>(error.mark.column + 1), 1};
    }
    diagnostics.add(
        {.code = Code::bad_syntax,
         .message = "not valid YAML: " + error.msg,
         .span = place,
         .help = "look at the indentation, brackets and quotes here and on the line before"});
  }
  return {};
}

}  // namespace assay::host
