// The entries of one configured list, made once and then only read, by every instance of the rule.
//
// Exact look-ups go through a hash map, prefix look-ups through a sorted vector in which every
// entry knows the longest other entry that is a prefix of it: one binary search, then a short walk.
#pragma once

#include <assay/config.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugins/rules/list_parser.hpp"

namespace assay::rules {

struct Listed {
  std::string key;  // the value; for a card the 16 bytes of its token
  std::int64_t expires;
  std::uint32_t reason;  // index into reasons(); 0 is the empty text
  std::uint32_t file;    // index into files
  std::uint32_t line;
  std::uint32_t column;
};

class ListIndex {
 public:
  // Reads `field`, `match`, `file` and `entries`; refuses a bad line with its place.
  explicit ListIndex(const Config& config);

  const std::string& field() const { return field_; }
  bool by_prefix() const { return by_prefix_; }
  bool any_expires() const { return any_expires_; }
  std::size_t size() const { return entries_.size(); }
  const std::vector<std::string>& reasons() const { return reasons_; }

  // The entry that holds for `key` at `now`, or null. With prefixes the longest one that has not
  // expired.
  const Listed* find(std::string_view key, std::int64_t now) const;

  // Refuses the first entry that is no whole number as the host writes one, for a list on a number.
  void require_numbers() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  static constexpr std::uint32_t none = UINT32_MAX;

  void read_file(const Config& config, const std::string& path, ListOf kind);
  void add(ListEntry entry, ListOf kind);
  void build();
  Refusal refuse(const Listed& entry, const std::string& message) const;
  std::uint32_t reason_index(const ListEntry& entry);
  const Listed* find_prefix(std::string_view key, std::int64_t now) const;

  std::string field_;
  bool by_prefix_ = false;
  bool any_expires_ = false;
  std::vector<std::string> files_;
  std::vector<std::string> reasons_{""};
  std::unordered_map<std::string, std::uint32_t> reason_numbers_;
  std::vector<Listed> entries_;         // sorted by key
  std::vector<std::uint32_t> shorter_;  // the longest entry that is a prefix of this one, or none
  std::unordered_map<std::string_view, const Listed*, Hash> exact_;
};

}  // namespace assay::rules
