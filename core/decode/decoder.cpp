#include "core/decode/decoder.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/decode/content_hash.hpp"
#include "core/decode/field_tree.hpp"
#include "core/decode/json_fault.hpp"
#include "core/decode/json_text.hpp"
#include "core/decode/number.hpp"
#include "core/decode/value_reader.hpp"

namespace assay::core {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kSpace = " \t\r\n";

std::string_view kind_of_value(char first) {
  switch (first) {
    case '"':
      return "a text";
    case '{':
      return "an object";
    case '[':
      return "a list";
    case 't':
    case 'f':
      return "true or false";
    case 'n':
      return "null";
    default:
      return "a number";
  }
}

bool begins_number(char c) { return c == '-' || (c >= '0' && c <= '9'); }
bool begins_value(char c) {
  return begins_number(c) || (c != '\0' && std::strchr("{[\"tfn", c) != nullptr);
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// A value's text up to the next structural character, without the white space in between.
[[gnu::always_inline]] inline std::string_view token_of(ondemand::value& value) {
  auto token = value.raw_json_token();
  while (token.size() > 1 && is_space(token.back())) token.remove_suffix(1);
  return token;
}

// Eight bytes at a time, up to seven of them behind the text: it lies in the padded buffer.
// A backslash there, or a borrow between bytes, costs a longer look and nothing else.
bool has_backslash(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    word ^= kOnes * '\\';
    found |= (word - kOnes) & ~word & (kOnes << 7);
  }
  return found != 0;
}

// What is read ahead of the message's end: by simdjson and by the comparison of keys.
constexpr std::size_t kPadding = std::max<std::size_t>(simdjson::SIMDJSON_PADDING, 32);
static_assert(kPadding >= FieldTree::kReadAhead);

}  // namespace

// The state of one decoder and the walk over one message.
class Decoder::Walk {
 public:
  Walk(const Schema& schema, const Layout& layout, DecodeOptions options)
      : options_(std::move(options)),
        tree_(schema, layout),
        key_hash_(options_.hash_key),
        content_hash_(options_.hash_key),
        buffer_(new char[options_.max_message + kPadding]()),
        scratch_(new char[options_.max_message + kPadding]),
        // No key is shorter than four bytes of JSON: `"":1` and its comma.
        unknown_(new UnknownKey[options_.max_message / 4 + 1]),
        next_entry_(tree_.entries().size()),
        seen_entry_(tree_.entries().size()),
        present_(tree_.leaves().size()) {
    for (const auto& leaf : tree_.leaves()) {
      if (leaf.required) ++required_;
      if (leaf.kind == FieldKind::card && options_.tokenizer == nullptr) {
        throw std::invalid_argument("field " + leaf.name + " is a card and there is no card key");
      }
    }
    for (std::uint32_t i = 0; i < tree_.leaves().size(); ++i) {
      const auto role = tree_.leaves()[i].role;
      if (role == FieldRole::id) id_leaf_ = i;
      if (role == FieldRole::time) time_leaf_ = i;
      if (role == FieldRole::currency) currency_leaf_ = i;
    }
    for (std::uint32_t n = 0; n < tree_.nodes(); ++n) {
      const auto& node = tree_.node(n);
      for (std::uint32_t i = 0; i < node.count; ++i) {
        next_entry_[node.first + i] = node.first + (i + 1) % node.count;
      }
    }
    if (parser_.allocate(options_.max_message) != simdjson::SUCCESS) throw std::bad_alloc();
  }

  DecodeError run(const Message& message, RowBlock& block, std::uint32_t row) {
    detail_ = {};
    decoded_ = {};
    block_ = &block;
    row_ = row;
    ++generation_;
    required_present_ = 0;
    unknown_count_ = 0;

    text_ = message.payload;
    if (const auto error = refuse_early(); error != DecodeError::ok) return error;
    std::memcpy(buffer_.get(), text_.data(), text_.size());
    // On-Demand looks at the byte behind an object that breaks off, and goes on if the message
    // before left a bracket there.
    std::memset(buffer_.get() + text_.size(), 0, kPadding);
    text_ = {buffer_.get(), text_.size()};
    if (const auto error = read_message(); error != DecodeError::ok) return error;
    if (const auto error = check_required(); error != DecodeError::ok) return error;
    if (const auto error = check_time(message.timestamp); error != DecodeError::ok) return error;
    hash_id();
    decoded_.content_hash = content_hash_(message.payload);
    return DecodeError::ok;
  }

  const DecodedRow& decoded() const { return decoded_; }
  const DecodeDetail& detail() const { return detail_; }

 private:
  struct UnknownKey {
    std::uint64_t hash;
    std::uint32_t begin;  // in the buffer, behind the opening quote
    std::uint32_t size;
  };

  DecodeError refuse_early() {
    if (text_.empty()) return DecodeError::empty;
    if (text_.size() > options_.max_message) {
      detail_.number = static_cast<std::int64_t>(text_.size());
      detail_.limit = options_.max_message;
      return DecodeError::too_large;
    }
    if (text_[0] == '\0' && text_.size() >= 5) {
      for (std::size_t i = 1; i < 5; ++i) {
        detail_.number = detail_.number << 8 | static_cast<unsigned char>(text_[i]);
      }
      return DecodeError::schema_registry;
    }
    if (text_[0] == '{') return DecodeError::ok;
    const auto first = text_.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return DecodeError::empty;
    if (text_[first] == '{') return DecodeError::ok;
    detail_.offset = static_cast<std::uint32_t>(first);
    detail_.expected = "an object";
    if (!begins_value(text_[first])) return DecodeError::not_json;
    detail_.found = kind_of_value(text_[first]);
    return DecodeError::wrong_type;
  }

  DecodeError read_message() {
    ondemand::document document;
    const simdjson::padded_string_view padded(text_.data(), text_.size(), text_.size() + kPadding);
    if (const auto error = parser_.iterate(padded).get(document)) return refuse_whole(error);
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) return refuse_whole(error);
    if (const auto error = read_object(object, 0, 1); error != DecodeError::ok) return error;
    // There is no place behind the last structural character.
    if (document.current_location().error() != simdjson::SUCCESS) return DecodeError::ok;
    return classify_unended(text_, detail_);
  }

  // What simdjson says before the first key is read is about the message as a whole.
  DecodeError refuse_whole(simdjson::error_code error) {
    switch (error) {
      case simdjson::UTF8_ERROR:
        detail_.offset = static_cast<std::uint32_t>(first_bad_utf8(text_));
        return DecodeError::bad_utf8;
      case simdjson::UNESCAPED_CHARS:
        detail_.expected = "control characters in texts to be escaped";
        return DecodeError::not_json;
      default:
        return classify_unended(text_, detail_);
    }
  }

  // `at` is near the place; simdjson itself tells none that would be nearer.
  DecodeError refuse(const char* at, std::string_view expected = {}) {
    detail_.offset = offset_of(at);
    detail_.expected = expected;
    return DecodeError::not_json;
  }

  std::uint32_t offset_of(const char* at) const {
    const auto offset = at - buffer_.get();
    return static_cast<std::uint32_t>(
        std::clamp<std::ptrdiff_t>(offset, 0, static_cast<std::ptrdiff_t>(text_.size())));
  }

  DecodeError too_deep(const char* at) {
    detail_.offset = offset_of(at);
    detail_.limit = options_.max_depth;
    return DecodeError::too_deep;
  }

  // The fields of one object that the schema looks into.
  DecodeError read_object(ondemand::object& object, std::uint32_t node_index, std::uint32_t depth) {
    const auto& node = tree_.node(node_index);
    const auto unknown_before = unknown_count_;
    const char* last = text_.data();
    auto guess = node.first;
    auto previous = FieldTree::kNone;
    for (auto item : object) {
      if (item.error()) return refuse(last, "a key and its value, or the end");
      // In place: a copy would be read before its parts have reached the cache.
      ondemand::field&& field = std::move(item).value_unsafe();
      last = field.key().raw();
      auto index = tree_.find_raw(node, last, guess);
      if (index == FieldTree::kNone) {
        if (const auto error = look_up(node, last, index); error != DecodeError::ok) return error;
      }
      if (index == FieldTree::kNone) {
        if (const auto error = skip(field.value(), depth); error != DecodeError::ok) return error;
        continue;
      }
      if (std::exchange(seen_entry_[index], generation_) == generation_) {
        return repeated(last, tree_.entry(index).key);
      }
      // The order of one message is the best guess at the next one's.
      if (index != guess && previous != FieldTree::kNone) next_entry_[previous] = index;
      previous = index;
      guess = next_entry_[index];
      const auto error = read_entry(tree_.entry(index), field.value(), depth);
      if (error != DecodeError::ok) return error;
    }
    if (unknown_count_ - unknown_before > 1) {
      const auto error = check_unknown(unknown_before);
      if (error != DecodeError::ok) return error;
    }
    unknown_count_ = unknown_before;
    return DecodeError::ok;
  }

  // The rare way to an entry: the key is none of the schema's, or is written with escapes. A key
  // that is nobody's is remembered, to see whether it comes again.
  DecodeError look_up(const FieldTree::Node& node, const char* raw, std::uint32_t& index) {
    const char* end = raw;
    bool escaped = false;
    for (; *end != '"'; ++end) {
      if (*end != '\\') continue;
      escaped = true;
      ++end;
    }
    std::string_view key(raw, static_cast<std::size_t>(end - raw));
    if (escaped) {
      const auto plain = unescape(key, scratch_.get());
      if (!plain.valid) return refuse(raw, "a valid escape in a key");
      key = {scratch_.get(), plain.size};
      index = tree_.find(node, key);
      if (index != FieldTree::kNone) return DecodeError::ok;
    }
    unknown_[unknown_count_++] = {key_hash_(key), offset_of(raw),
                                  static_cast<std::uint32_t>(end - raw)};
    return DecodeError::ok;
  }

  DecodeError check_unknown(std::size_t begin) {
    auto* const first = unknown_.get() + begin;
    auto* const last = unknown_.get() + unknown_count_;
    std::sort(first, last, [](const UnknownKey& a, const UnknownKey& b) {
      return a.hash != b.hash ? a.hash < b.hash : a.begin < b.begin;
    });
    const auto* again = std::adjacent_find(
        first, last, [](const UnknownKey& a, const UnknownKey& b) { return a.hash == b.hash; });
    if (again == last) return DecodeError::ok;
    ++again;
    return repeated(buffer_.get() + again->begin, text_.substr(again->begin, again->size));
  }

  DecodeError repeated(const char* at, std::string_view key) {
    detail_.offset = offset_of(at);
    detail_.field = key;
    return DecodeError::repeated_key;
  }

  [[gnu::always_inline]] DecodeError read_entry(const FieldTree::Entry& entry,
                                                ondemand::value& value, std::uint32_t depth) {
    if (entry.child == FieldTree::kNone) return read_leaf(entry.leaf, value);
    return read_child(entry.child, value, depth);
  }

  // An object or a list that holds fields.
  DecodeError read_child(std::uint32_t node_index, ondemand::value& value, std::uint32_t depth) {
    const auto token = token_of(value);
    if (token == "null") return DecodeError::ok;
    const char first = token[0];
    if ((first == '{' || first == '[') && depth == options_.max_depth)
      return too_deep(token.data());
    if (first == '{') {
      ondemand::object object;
      if (value.get_object().get(object)) return refuse(token.data(), "an object");
      return read_object(object, node_index, depth + 1);
    }
    if (first == '[') {
      ondemand::array list;
      if (value.get_array().get(list)) return refuse(token.data(), "a list");
      return read_list(list, token.data(), node_index, depth + 1);
    }
    if (!begins_value(first)) return refuse(token.data(), "a value");
    detail_.field = tree_.node(node_index).path;
    detail_.offset = offset_of(token.data());
    detail_.expected = "an object";
    detail_.found = kind_of_value(first);
    return DecodeError::wrong_type;
  }

  // Pointers name the elements of a list by their number.
  DecodeError read_list(ondemand::array& list, const char* at, std::uint32_t node_index,
                        std::uint32_t depth) {
    const auto& node = tree_.node(node_index);
    std::uint32_t position = 0;
    for (auto item : list) {
      if (item.error()) return refuse(at, "a value and a comma, or the end");
      ondemand::value&& value = std::move(item).value_unsafe();
      std::array<char, 16> digits;
      const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), position++).ptr;
      const auto index =
          tree_.find(node, {digits.data(), static_cast<std::size_t>(end - digits.data())});
      const auto error = index == FieldTree::kNone ? skip(value, depth)
                                                   : read_entry(tree_.entry(index), value, depth);
      if (error != DecodeError::ok) return error;
    }
    return DecodeError::ok;
  }

  [[gnu::always_inline]] DecodeError read_leaf(std::uint32_t leaf_index, ondemand::value& value) {
    const auto& leaf = tree_.leaves()[leaf_index];
    const auto token = token_of(value);
    auto kind = JsonScalar::number;
    auto text = token;
    if (token[0] == '"') {
      if (!take_text(token, value, text, decoded_.nul_replaced)) {
        return refuse(token.data(), "a text");
      }
      kind = JsonScalar::text;
    } else if (!begins_number(token[0])) {
      if (token == "null") return DecodeError::ok;
      if (token[0] == '{' || token[0] == '[') return explain(leaf, token, DecodeError::wrong_type);
      if (token != "true" && token != "false") return refuse(token.data(), "a value");
      kind = token == "true" ? JsonScalar::yes : JsonScalar::no;
    }
    const auto error = read_value(leaf, kind, text, options_.tokenizer, *block_, row_);
    if (error != DecodeError::ok) return explain(leaf, token, error);
    present_[leaf_index] = generation_;
    required_present_ += leaf.required ? 1 : 0;
    return DecodeError::ok;
  }

  // The text between the quotes, its escapes resolved; valid until the next text. Counts \u0000.
  [[gnu::always_inline]] bool take_text(std::string_view token, ondemand::value& value,
                                        std::string_view& text, std::uint32_t& nuls) {
    ondemand::raw_json_string consumed;
    if (value.get_raw_json_string().get(consumed)) return false;
    // Nothing but white space can stand between a text and the next structural character.
    if (token.size() < 2 || token.back() != '"') return false;
    text = token.substr(1, token.size() - 2);
    if (!has_backslash(text)) return true;
    const auto plain = unescape(text, scratch_.get());
    text = {scratch_.get(), plain.size};
    nuls += plain.nuls;
    return plain.valid;
  }

  DecodeError explain(const FieldLeaf& leaf, std::string_view token, DecodeError error) {
    detail_.field = leaf.name;
    detail_.pointer = leaf.pointer;
    detail_.offset = offset_of(token.data());
    detail_.expected = expected_of(leaf, error);
    if (error == DecodeError::wrong_type) detail_.found = kind_of_value(token[0]);
    return error;
  }

  // A value that no field wants: still read to its end, or what is accepted would not be JSON.
  DecodeError skip(ondemand::value& value, std::uint32_t depth) {
    const auto token = token_of(value);
    switch (token[0]) {
      case '"': {
        std::string_view text;
        std::uint32_t nuls = 0;
        if (take_text(token, value, text, nuls)) return DecodeError::ok;
        return refuse(token.data(), "a text");
      }
      case '{':
        return depth == options_.max_depth ? too_deep(token.data())
                                           : skip_object(value, token.data(), depth + 1);
      case '[':
        return depth == options_.max_depth ? too_deep(token.data())
                                           : skip_list(value, token.data(), depth + 1);
      default:
        break;
    }
    if (token == "true" || token == "false" || token == "null" || is_json_number(token)) {
      return DecodeError::ok;
    }
    return refuse(token.data(), "a value");
  }

  DecodeError skip_object(ondemand::value& value, const char* at, std::uint32_t depth) {
    ondemand::object object;
    if (value.get_object().get(object)) return refuse(at, "an object");
    for (auto item : object) {
      if (item.error()) return refuse(at, "a key and its value, or the end");
      ondemand::field&& field = std::move(item).value_unsafe();
      at = field.key().raw();
      if (!valid_key(at)) return refuse(at, "a valid escape in a key");
      if (const auto error = skip(field.value(), depth); error != DecodeError::ok) return error;
    }
    return DecodeError::ok;
  }

  DecodeError skip_list(ondemand::value& value, const char* at, std::uint32_t depth) {
    ondemand::array list;
    if (value.get_array().get(list)) return refuse(at, "a list");
    for (auto item : list) {
      if (item.error()) return refuse(at, "a value and a comma, or the end");
      ondemand::value&& element = std::move(item).value_unsafe();
      if (const auto error = skip(element, depth); error != DecodeError::ok) return error;
    }
    return DecodeError::ok;
  }

  bool valid_key(const char* raw) {
    const char* end = raw;
    bool escaped = false;
    for (; *end != '"'; ++end) {
      if (*end != '\\') continue;
      escaped = true;
      ++end;
    }
    return !escaped || unescape({raw, static_cast<std::size_t>(end - raw)}, scratch_.get()).valid;
  }

  bool present(std::uint32_t leaf) const { return present_[leaf] == generation_; }

  DecodeError check_required() {
    if (required_present_ != required_) {
      for (std::uint32_t i = 0; i < tree_.leaves().size(); ++i) {
        if (tree_.leaves()[i].required && !present(i)) return missing(i, {});
      }
    }
    if (currency_leaf_ == FieldTree::kNone || present(currency_leaf_)) return DecodeError::ok;
    if (options_.default_currency.empty()) {
      return missing(currency_leaf_, "send it or configure default_currency");
    }
    const auto slot = tree_.leaves()[currency_leaf_].slot;
    return block_->put_text(row_, slot, options_.default_currency) ? DecodeError::ok
                                                                   : DecodeError::arena_full;
  }

  DecodeError missing(std::uint32_t leaf, std::string_view advice) {
    detail_.field = tree_.leaves()[leaf].name;
    detail_.pointer = tree_.leaves()[leaf].pointer;
    detail_.expected = advice;
    return DecodeError::missing_field;
  }

  DecodeError check_time(std::int64_t record_time) {
    if (time_leaf_ == FieldTree::kNone || !present(time_leaf_)) return DecodeError::ok;
    const auto& leaf = tree_.leaves()[time_leaf_];
    decoded_.event_time = block_->int64(row_, leaf.slot);
    if (record_time <= 0) return DecodeError::ok;
    std::int64_t ahead = 0;
    if (__builtin_sub_overflow(decoded_.event_time, record_time, &ahead)) {
      ahead = decoded_.event_time > 0 ? INT64_MAX : -INT64_MAX;
    }
    if (options_.time_ahead && ahead > *options_.time_ahead) {
      return implausible(leaf, ahead, *options_.time_ahead, "ahead of");
    }
    if (options_.time_behind && -ahead > *options_.time_behind) {
      return implausible(leaf, -ahead, *options_.time_behind, "behind");
    }
    return DecodeError::ok;
  }

  DecodeError implausible(const FieldLeaf& leaf, std::int64_t distance, std::int64_t limit,
                          std::string_view side) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    detail_.field = leaf.name;
    detail_.pointer = leaf.pointer;
    detail_.expected = side;
    detail_.number = distance / kSecond;
    detail_.limit = limit / kSecond;
    return DecodeError::implausible_time;
  }

  void hash_id() {
    if (id_leaf_ == FieldTree::kNone || !present(id_leaf_)) return;
    const auto& leaf = tree_.leaves()[id_leaf_];
    if (leaf.kind == FieldKind::text) {
      decoded_.id_hash = content_hash_(block_->text(row_, leaf.slot));
      return;
    }
    // An id has one hash, whether the feed writes it as a number or as a text.
    std::array<char, 24> digits;
    const auto* end =
        std::to_chars(digits.data(), digits.data() + digits.size(), block_->int64(row_, leaf.slot))
            .ptr;
    decoded_.id_hash =
        content_hash_({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }

  DecodeOptions options_;
  FieldTree tree_;
  IdHasher key_hash_;
  ContentHasher content_hash_;
  ondemand::parser parser_;
  std::unique_ptr<char[]> buffer_;   // the message, padded
  std::unique_ptr<char[]> scratch_;  // one text with its escapes resolved
  std::unique_ptr<UnknownKey[]> unknown_;
  std::size_t unknown_count_ = 0;
  std::vector<std::uint32_t> next_entry_;  // the entry that last followed this one
  std::vector<std::uint64_t> seen_entry_;  // the generation in which the key was seen
  std::vector<std::uint64_t> present_;     // the generation in which the field had a value
  std::uint64_t generation_ = 0;
  std::uint32_t required_ = 0;
  std::uint32_t required_present_ = 0;
  std::uint32_t id_leaf_ = FieldTree::kNone;
  std::uint32_t time_leaf_ = FieldTree::kNone;
  std::uint32_t currency_leaf_ = FieldTree::kNone;

  // Of the message at hand.
  std::string_view text_;
  RowBlock* block_ = nullptr;
  std::uint32_t row_ = 0;
  DecodedRow decoded_;
  DecodeDetail detail_;
};

Decoder::Decoder(const Schema& schema, const Layout& layout, DecodeOptions options)
    : walk_(std::make_unique<Walk>(schema, layout, std::move(options))) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

DecodeError Decoder::decode(const Message& message, RowBlock& block, std::uint32_t row) noexcept {
  return walk_->run(message, block, row);
}

const DecodedRow& Decoder::decoded() const { return walk_->decoded(); }
const DecodeDetail& Decoder::detail() const { return walk_->detail(); }

}  // namespace assay::core
