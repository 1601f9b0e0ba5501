// What a configuration file says, before anybody knows what it means: a tree of scalars, lists and
// maps in which every key and value knows its place. Our own, because YAML::Node accepts repeated
// keys silently and forgets which file a value came from once files are merged.
//
// Thread: control.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/diagnostics/source.hpp"

namespace assay::host {

struct Entry;

struct Node {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string text{};       // a scalar's value, interpolated
  std::string written{};    // what stood there before interpolation; empty if that changed nothing
  bool quoted = false;      // stood in quotes or in a block: it is text, whatever it looks like
  bool secret = false;      // shown as *** wherever it is shown
  bool is_path = false;     // its schema says so: see value()
  bool faulty = false;      // already reported: nobody judges it again
  std::vector<Node> items;  // of a list
  std::vector<Entry> entries;  // of a map, in the order written, keys unique
  Span span{};

  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_map() const { return kind == Kind::map; }

  /// The value of a key of a map; null pointer if there is none or this is no map. Valid until the
  /// node changes.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  [[nodiscard]] const Entry* entry(std::string_view key) const;
  bool erase(std::string_view key);

  /// Whether a scalar may be a number or a truth value. Quotes make text of it, unless they may
  /// only be there for the sake of a `${...}`.
  [[nodiscard]] bool may_be_typed() const { return !quoted || !written.empty(); }
  /// What a plugin is given: the text, or for a path the path resolved against the file it stands
  /// in.
  [[nodiscard]] std::string value() const;
};

struct Entry {
  std::string key{};
  Span key_span{};
  Node value{};
};

[[nodiscard]] Node empty_map(Span span);

/// A secret in every part, whatever it turned out to be: `***` wherever it is shown.
void keep_secret(Node& node);

/// As much of a key as may be told: up to the first letter that names do not have, since
/// `{password:word}` without a blank is one key.
[[nodiscard]] std::string_view name_in_key(std::string_view key);
/// The same for a message: what is left out is `***`.
[[nodiscard]] std::string shown_key(std::string_view key);

/// What a message may quote: *** for a secret, `${...}` as written for an interpolated value, else
/// the text (clipped); "a list", "a map", "nothing" for the others.
[[nodiscard]] std::string quoted_for_message(const Node& node);

/// "source.kafka", "rules[2]": how a place in the tree is named.
[[nodiscard]] std::string join_path(std::string_view parent, std::string_view key);

/// A relative path means relative to the file in which it stands.
[[nodiscard]] std::string resolve_path(const Span& where, std::string_view path);

}  // namespace assay::host
