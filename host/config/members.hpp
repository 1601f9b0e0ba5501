// From a checked map into the members of a struct: what is absent, or was already reported as
// wrong, leaves the member's default, so that the reader can go on and report the rest.
//
// Thread: control.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/config/node.hpp"

namespace assay::host {

class Members {
 public:
  /// A null pointer counts as an empty map.
  explicit Members(const Node* map) : map_(map) {}

  [[nodiscard]] const Node* find(std::string_view key) const {
    return map_ ? map_->find(key) : nullptr;
  }
  [[nodiscard]] Members map(std::string_view key) const { return Members(find(key)); }
  /// Of a scalar, else of nothing.
  [[nodiscard]] Span place(std::string_view key) const;

  /// The scalar itself, for a value whose text is judged later and at its place.
  void phrase(std::string_view key, Node& out) const;
  void text(std::string_view key, std::string& out) const;
  void path(std::string_view key, std::string& out) const;
  void integer(std::string_view key, std::int64_t& out) const;
  void number(std::string_view key, double& out) const;
  void boolean(std::string_view key, bool& out) const;
  void duration(std::string_view key, std::int64_t& out) const;
  /// `off` is nothing.
  void duration_or_off(std::string_view key, std::optional<std::int64_t>& out) const;
  void size(std::string_view key, std::int64_t& out) const;
  /// A list of scalars, or one scalar.
  void texts(std::string_view key, std::vector<std::string>& out) const;
  void paths(std::string_view key, std::vector<std::string>& out) const;
  void properties(std::string_view key, std::map<std::string, std::string>& out) const;
  /// The map, or an empty one at `span`: whoever reads it need not ask.
  [[nodiscard]] Node map_or_empty(std::string_view key, const Span& span) const;

  template <class Value, std::size_t N>
  void choice(std::string_view key, Value& out,
              const std::array<std::pair<std::string_view, Value>, N>& values) const {
    const Node* node = find(key);
    if (node == nullptr || !node->is_scalar()) return;
    for (const auto& [name, value] : values) {
      if (name == node->text) out = value;
    }
  }

 private:
  [[nodiscard]] const Node* scalar(std::string_view key) const;

  const Node* map_;
};

/// Reads every entry of a map (none of a null pointer), in the order written.
template <class Read>
auto each_entry(const Node* map, Read read) {
  std::vector<decltype(read(std::declval<const Entry&>()))> result;
  if (map == nullptr) return result;
  for (const Entry& entry : map->entries) result.push_back(read(entry));
  return result;
}

}  // namespace assay::host
