#include "plugins/rules/list_index.hpp"

#include <algorithm>
#include <assay/file.hpp>
#include <charconv>
#include <cstring>
#include <utility>

namespace assay::rules {
namespace {

// Every distinct text is a reason of its own at bind, and reasons have 16-bit numbers.
constexpr std::size_t most_reasons = 1000;

// Of the file, in bytes: some millions of entries.
constexpr std::size_t largest_list = 256 << 20;

// The parser has seen to it that there are 32 hexadecimal digits.
std::string token_bytes(std::string_view digits) {
  Token token;
  std::from_chars(digits.data(), digits.data() + 16, token.high, 16);
  std::from_chars(digits.data() + 16, digits.data() + 32, token.low, 16);
  std::string bytes(sizeof token, '\0');
  std::memcpy(bytes.data(), &token, sizeof token);
  return bytes;
}

Refusal refusal(const ListFault& fault, const std::string& file, std::uint32_t line,
                std::uint32_t column) {
  return Refusal(fault.message).at(file, line, column).advise(fault.help);
}

}  // namespace

ListIndex::ListIndex(const Config& config)
    : field_(config.get("field", "")), by_prefix_(config.get("match", "exact") == "prefix") {
  if (field_.empty()) {
    throw Refusal("a list needs a `field`").advise("name the field to look up, e.g. field: card");
  }
  const auto kind = field_ == "card" ? ListOf::cards : ListOf::texts;
  const auto path = std::string(config.path("file", ""));
  if (!path.empty()) read_file(config, path, kind);

  for (std::uint32_t i = 0; i < config.count("entries"); ++i) {
    const auto key = "entries." + std::to_string(i);
    auto parsed = parse_list_line(config.get(key, ""), i + 1, kind);
    if (const auto* fault = std::get_if<ListFault>(&parsed)) {
      throw config.refuse(key, fault->message).advise(fault->help);
    }
    if (auto* entry = std::get_if<ListEntry>(&parsed)) {
      if (files_.empty() || files_.back() != "entries") files_.emplace_back("entries");
      add(std::move(*entry), kind);
    }
  }
  if (path.empty() && config.count("entries") == 0) {
    throw config.refuse("field", "a list needs a `file` or `entries`")
        .advise("name a file with one entry a line, or write the entries here");
  }
  build();
}

void ListIndex::read_file(const Config& config, const std::string& path, ListOf kind) {
  const auto read = assay::read_file(path, largest_list);
  if (!read.fault.empty()) {
    throw config.refuse("file", "the list `" + path + "` cannot be read: " + read.fault)
        .advise("`file` is looked up beside the file that names it");
  }
  files_.push_back(path);
  std::string_view rest = read.text;
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
  for (std::uint32_t line = 1; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    const auto text = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    auto parsed = parse_list_line(text, line, kind);
    if (const auto* fault = std::get_if<ListFault>(&parsed)) {
      throw refusal(*fault, path, line, fault->column);
    }
    if (auto* entry = std::get_if<ListEntry>(&parsed)) add(std::move(*entry), kind);
  }
}

void ListIndex::add(ListEntry entry, ListOf kind) {
  any_expires_ = any_expires_ || entry.expires != INT64_MAX;
  const auto reason = reason_index(entry);
  entries_.push_back({kind == ListOf::cards ? token_bytes(entry.value) : std::move(entry.value),
                      entry.expires, reason, static_cast<std::uint32_t>(files_.size() - 1),
                      entry.line, entry.column});
}

std::uint32_t ListIndex::reason_index(const ListEntry& entry) {
  if (entry.reason.empty()) return 0;
  const auto [found, is_new] =
      reason_numbers_.try_emplace(entry.reason, static_cast<std::uint32_t>(reasons_.size()));
  if (!is_new) return found->second;
  if (reasons_.size() > most_reasons) {
    throw Refusal("the list has more than 1000 different reason texts")
        .at(files_.back(), entry.line, entry.column)
        .advise("use few texts, such as kinds of fraud; keep case numbers in comments");
  }
  reasons_.push_back(entry.reason);
  return found->second;
}

void ListIndex::build() {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Listed& a, const Listed& b) { return a.key < b.key; });
  const auto same = [](const Listed& a, const Listed& b) {
    return a.key == b.key && a.expires == b.expires && a.reason == b.reason;
  };
  entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    if (entries_[i].key == entries_[i - 1].key) {
      throw refuse(entries_[i], "the value stands in the list already, on line " +
                                    std::to_string(entries_[i - 1].line) +
                                    ", with another expiry or reason")
          .advise("keep one of the two");
    }
  }
  if (!by_prefix_) {
    exact_.reserve(entries_.size());
    for (const auto& entry : entries_) exact_.emplace(entry.key, &entry);
    return;
  }
  shorter_.assign(entries_.size(), none);
  for (std::uint32_t i = 1; i < entries_.size(); ++i) {
    auto candidate = i - 1;
    while (candidate != none && !entries_[i].key.starts_with(entries_[candidate].key)) {
      candidate = shorter_[candidate];
    }
    shorter_[i] = candidate;
  }
}

const Listed* ListIndex::find(std::string_view key, std::int64_t now) const {
  if (by_prefix_) return find_prefix(key, now);
  const auto found = exact_.find(key);
  return found != exact_.end() && now < found->second->expires ? found->second : nullptr;
}

// The longest prefix is the last entry that does not sort behind `key`, or one of its prefixes:
// whatever sorts between a prefix of `key` and `key` begins with that prefix too.
const Listed* ListIndex::find_prefix(std::string_view key, std::int64_t now) const {
  const auto behind =
      std::upper_bound(entries_.begin(), entries_.end(), key,
                       [](std::string_view a, const Listed& b) { return a < b.key; });
  if (behind == entries_.begin()) return nullptr;
  auto at = static_cast<std::uint32_t>(behind - entries_.begin() - 1);
  for (; at != none; at = shorter_[at]) {
    if (key.starts_with(entries_[at].key) && now < entries_[at].expires) return &entries_[at];
  }
  return nullptr;
}

void ListIndex::require_numbers() const {
  for (const auto& entry : entries_) {
    std::int64_t number = 0;
    const auto* end = entry.key.data() + entry.key.size();
    const auto [stopped, fault] = std::from_chars(entry.key.data(), end, number);
    if (fault != std::errc{} || stopped != end || std::to_string(number) != entry.key) {
      throw refuse(entry, "expected a whole number, because `" + field_ + "` is one")
          .advise("write it without leading zeros, signs or separators");
    }
  }
}

Refusal ListIndex::refuse(const Listed& entry, const std::string& message) const {
  return Refusal(message).at(files_[entry.file], entry.line, entry.column);
}

}  // namespace assay::rules
