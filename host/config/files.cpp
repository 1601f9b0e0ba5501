#include "host/config/files.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "host/config/merge.hpp"
#include "host/config/rule_files.hpp"
#include "host/config/yaml_tree.hpp"

namespace assay::host {
namespace {

// Deeper nests of includes are a mistake, and each level is a frame of the stack.
constexpr std::size_t max_include_depth = 16;

class Loader {
 public:
  Loader(const Environment& environment, Diagnostics& diagnostics)
      : environment_(environment), diagnostics_(diagnostics) {}

  std::optional<Node> load(const std::string& path, const Span& asked_by) {
    std::error_code error;
    std::string identity = std::filesystem::weakly_canonical(path, error).string();
    if (error) identity = path;
    if (std::ranges::find(open_, identity) != open_.end()) {
      fault(Code::bad_include, "`" + path + "` includes itself", asked_by,
            "remove one of the includes");
      return std::nullopt;
    }
    if (open_.size() == max_include_depth) {
      fault(Code::bad_include, "includes are nested too deeply", asked_by,
            "at most " + std::to_string(max_include_depth) + " files may include one another");
      return std::nullopt;
    }
    auto node = load_file(path, asked_by, environment_, diagnostics_);
    if (!node) return node;
    if (!node->is_map()) {
      if (!node->is_null()) {
        diagnostics_.add(
            {.code = Code::wrong_type,
             .message = "`" + path + "` must hold a map, it holds " + kind_words(*node),
             .span = node->span,
             .label = "expected `key: value`"});
      }
      return empty_map(node->span);
    }
    expand_rules(*node);
    open_.push_back(std::move(identity));
    Node below = includes_of(*node);
    open_.pop_back();
    node->erase("include");
    return merge(std::move(below), std::move(*node));
  }

 private:
  void expand_rules(Node& node) {
    Node* rules = node.find("rules");
    if (rules == nullptr || !rules->is_list()) return;
    *rules = load_rules(*rules, environment_, diagnostics_);
  }

  static std::string kind_words(const Node& node) { return node.is_list() ? "a list" : "text"; }

  Node includes_of(const Node& node) {
    Node below = empty_map(node.span);
    const Node* include = node.find("include");
    if (include == nullptr || include->is_null()) return below;
    node.entry("include")->key_span.reveal();
    if (!include->is_list()) {
      diagnostics_.add(
          {.code = Code::wrong_type,
           .message = "`include`: expected a list of files, got " + quoted_for_message(*include),
           .span = include->span,
           .label = "expected a list of files",
           .help = "write include: [file.yaml]",
           .path = "include"});
      return below;
    }
    for (const Node& item : include->items) {
      if (!item.is_scalar()) {
        diagnostics_.add({.code = Code::wrong_type,
                          .message = "`include`: expected a file, got " + quoted_for_message(item),
                          .span = item.span,
                          .path = "include"});
        continue;
      }
      item.span.reveal();
      if (item.secret) diagnostics_.conceal(item.text);
      if (auto loaded = load(resolve_path(item.span, item.text), item.span)) {
        below = merge(std::move(below), std::move(*loaded));
      }
    }
    return below;
  }

  void fault(Code code, std::string message, const Span& span, std::string help) {
    diagnostics_.add(
        {.code = code, .message = std::move(message), .span = span, .help = std::move(help)});
  }

  const Environment& environment_;
  Diagnostics& diagnostics_;
  std::vector<std::string> open_;
};

}  // namespace

std::optional<Node> load_file(const std::string& path, const Span& asked_by,
                              const Environment& environment, Diagnostics& diagnostics) {
  auto source = Source::load(path, max_config_bytes);
  if (!source) {
    diagnostics.add(
        {.code = Code::file_unreadable,
         .message = "cannot read `" + path + "`: " + source.error(),
         .span = asked_by,
         .note = asked_by.source ? "a relative path starts at the file in which it stands" : ""});
    return std::nullopt;
  }
  Node node = parse_yaml(*source, diagnostics);
  if (!node.span.source) node.span = {*source, 0, 0, 0};
  interpolate(node, environment, diagnostics);
  return node;
}

Node load_merged(std::span<const std::string> paths, const Environment& environment,
                 Diagnostics& diagnostics) {
  Loader loader(environment, diagnostics);
  Node merged = empty_map({});
  for (const std::string& path : paths) {
    if (auto node = loader.load(path, {})) merged = merge(std::move(merged), std::move(*node));
  }
  drop_nulls(merged);
  return merged;
}

}  // namespace assay::host
