// A schema's JSON pointers as a tree of keys, so that one pass over an object finds every field.
//
// A node is an object (or list) that holds fields; its entries are the keys looked for. Keys are
// compared a word at a time with what stands between the quotes, closing quote included. Messages
// of one feed have their keys in the same order, so the search begins behind the entry found last.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/decode/schema.hpp"
#include "core/model/layout.hpp"

namespace assay::core {

// A field, resolved to its slots.
struct FieldLeaf {
  std::string name;
  std::string pointer;
  FieldKind kind;
  FieldRole role;
  bool required;
  Slot slot;   // of a card: its token
  Slot bin;    // of a card only
  Slot last4;  // of a card only
};

class FieldTree final {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  // Bytes that may be read behind a key's first byte.
  static constexpr std::size_t kReadAhead = 24;

  struct Entry {
    std::array<std::uint64_t, 3> words{};  // the key's first bytes and its closing quote
    std::array<std::uint64_t, 3> masks{};
    std::string key;
    std::uint32_t leaf = kNone;   // either a leaf
    std::uint32_t child = kNone;  // or a node
  };
  struct Node {
    std::uint32_t first = 0;  // entries [first, first + count)
    std::uint32_t count = 0;
    std::string path;  // JSON pointer, empty for the message itself
  };

  // The layout has the schema's slots.
  FieldTree(const Schema& schema, const Layout& layout);

  std::uint32_t nodes() const { return static_cast<std::uint32_t>(nodes_.size()); }
  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  const Entry& entry(std::uint32_t index) const { return entries_[index]; }
  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<FieldLeaf>& leaves() const { return leaves_; }

  // The entry whose key stands at `raw`, unescaped and closed by a quote; the search begins at
  // entry `guess` of the node. kNone where there is none. Reads kReadAhead bytes.
  std::uint32_t find_raw(const Node& node, const char* raw, std::uint32_t guess) const {
    for (std::uint32_t i = 0; i < node.count; ++i) {
      if (matches(entries_[guess], raw)) return guess;
      if (++guess == node.first + node.count) guess = node.first;
    }
    return kNone;
  }
  // The same for a key whose escapes are resolved.
  std::uint32_t find(const Node& node, std::string_view key) const;

 private:
  static bool matches(const Entry& entry, const char* raw);
  std::uint32_t add_leaf(const FieldSpec& field, const Layout& layout);

  std::vector<Node> nodes_;
  std::vector<Entry> entries_;
  std::vector<FieldLeaf> leaves_;
};

inline bool FieldTree::matches(const Entry& entry, const char* raw) {
  // Three loads, not one copy of 24 bytes, which would go through memory.
  const auto word = [&](std::size_t i) {
    std::uint64_t value = 0;
    std::memcpy(&value, raw + 8 * i, sizeof value);
    return value;
  };
  const auto differs = ((word(0) ^ entry.words[0]) & entry.masks[0]) |
                       ((word(1) ^ entry.words[1]) & entry.masks[1]) |
                       ((word(2) ^ entry.words[2]) & entry.masks[2]);
  if (differs != 0) return false;
  if (entry.key.size() < kReadAhead) return true;
  // A long key: the words were only its beginning.
  const auto end = raw + kReadAhead;
  for (std::size_t i = kReadAhead; i < entry.key.size(); ++i) {
    if (end[i - kReadAhead] != entry.key[i]) return false;
  }
  return raw[entry.key.size()] == '"';
}

}  // namespace assay::core
