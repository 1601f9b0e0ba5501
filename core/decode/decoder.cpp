#include "core/decode/decoder.hpp"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/decode/card_key.hpp"
#include "core/decode/field_tree.hpp"
#include "core/decode/json_token.hpp"
#include "core/decode/message_text.hpp"
#include "core/decode/row_completion.hpp"
#include "core/decode/skip_value.hpp"
#include "core/decode/unknown_keys.hpp"
#include "core/decode/value_reader.hpp"

namespace assay::core {

namespace ondemand = simdjson::ondemand;

// The state of one decoder and the walk over the fields of one message.
class Decoder::Walk {
 public:
  Walk(const Schema& schema, const Layout& layout, DecodeOptions options)
      : options_(std::move(options)),
        tree_(schema, layout),
        message_(options_.max_message, options_.max_depth),
        unknown_(options_.hash_key, options_.max_message),
        completion_(tree_, options_),
        next_entry_(tree_.entries().size()),
        seen_entry_(tree_.entries().size()) {
    for (const auto& leaf : tree_.leaves()) {
      if (leaf.kind == FieldKind::card && options_.tokenizer == nullptr) {
        throw std::invalid_argument("field " + leaf.name + " is a card and there is no card key");
      }
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
    decoded_ = {};
    block_ = &block;
    row_ = row;
    ++generation_;
    completion_.begin();
    unknown_.clear();
    // First: whatever else is wrong, this is what must be known.
    if (options_.refuse_card_keys && is_card_key(message.key)) {
      message_.clear();
      return DecodeError::card_in_key;
    }
    if (const auto error = message_.load(message.payload); error != DecodeError::ok) return error;
    if (const auto error = read_message(); error != DecodeError::ok) return error;
    return completion_.finish(message, block, row, decoded_, message_.detail);
  }

  const DecodedRow& decoded() const { return decoded_; }
  const DecodeDetail& detail() const { return message_.detail; }

 private:
  DecodeError read_message() {
    ondemand::document document;
    const auto padded = message_.padded();
    if (const auto error = parser_.iterate(padded).get(document)) {
      return message_.refuse_whole(error);
    }
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) return message_.refuse_whole(error);
    if (const auto error = read_object(object, 0, 1); error != DecodeError::ok) return error;
    // There is no place behind the last structural character.
    if (document.current_location().error() != simdjson::SUCCESS) return DecodeError::ok;
    return message_.refuse_unended();
  }

  // The fields of one object that the schema looks into.
  DecodeError read_object(ondemand::object& object, std::uint32_t node_index, std::uint32_t depth) {
    const auto& node = tree_.node(node_index);
    const auto unknown_before = unknown_.size();
    const char* last = message_.all().data();
    auto guess = node.first;
    auto previous = FieldTree::kNone;
    for (auto item : object) {
      if (item.error()) return message_.refuse(last, "a key and its value, or the end");
      // In place: a copy would be read before its parts have reached the cache.
      ondemand::field&& field = std::move(item).value_unsafe();
      last = field.key().raw();
      auto index = tree_.find_raw(node, last, guess);
      if (index == FieldTree::kNone) {
        if (const auto error = look_up(node, last, index); error != DecodeError::ok) return error;
      }
      if (index == FieldTree::kNone) {
        if (const auto error = skip_value(message_, field.value(), depth); error != DecodeError::ok)
          return error;
        continue;
      }
      if (std::exchange(seen_entry_[index], generation_) == generation_) {
        return message_.refuse_repeated(last, tree_.entry(index).key);
      }
      // The order of one message is the best guess at the next one's.
      if (index != guess && previous != FieldTree::kNone) next_entry_[previous] = index;
      previous = index;
      guess = next_entry_[index];
      const auto error = read_entry(tree_.entry(index), field.value(), depth);
      if (error != DecodeError::ok) return error;
    }
    if (const auto* again = unknown_.end_object(unknown_before)) {
      const auto key = message_.all().substr(again->begin, again->size);
      return message_.refuse_repeated(key.data(), key);
    }
    return DecodeError::ok;
  }

  // The rare way to an entry: the key is none of the schema's, or is written with escapes. A key
  // that is nobody's is remembered, to see whether it comes again.
  DecodeError look_up(const FieldTree::Node& node, const char* raw, std::uint32_t& index) {
    const auto key = message_.key_at(raw);
    if (!key.valid) return message_.refuse(raw, "a valid escape in a key");
    if (key.escaped()) index = tree_.find(node, key.text);
    if (index == FieldTree::kNone) {
      unknown_.add(key.text, message_.offset_of(raw), static_cast<std::uint32_t>(key.raw.size()));
    }
    return DecodeError::ok;
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
    if ((first == '{' || first == '[') && message_.at_deepest(depth))
      return message_.refuse_too_deep(token.data());
    if (first == '{') {
      ondemand::object object;
      if (value.get_object().get(object)) return message_.refuse(token.data(), "an object");
      return read_object(object, node_index, depth + 1);
    }
    if (first == '[') {
      ondemand::array list;
      if (value.get_array().get(list)) return message_.refuse(token.data(), "a list");
      return read_list(list, token.data(), node_index, depth + 1);
    }
    if (!begins_value(first)) return message_.refuse(token.data(), "a value");
    auto& detail = message_.detail;
    detail.field = tree_.node(node_index).path;
    detail.offset = message_.offset_of(token.data());
    detail.expected = "an object";
    detail.found = kind_of_value(first);
    return DecodeError::wrong_type;
  }

  // Pointers name the elements of a list by their number.
  DecodeError read_list(ondemand::array& list, const char* at, std::uint32_t node_index,
                        std::uint32_t depth) {
    const auto& node = tree_.node(node_index);
    std::uint32_t position = 0;
    for (auto item : list) {
      if (item.error()) return message_.refuse(at, "a value and a comma, or the end");
      // value_unsafe() is there for what is moved from only.
      // NOLINTNEXTLINE(performance-move-const-arg)
      ondemand::value&& value = std::move(item).value_unsafe();
      std::array<char, 16> digits;
      const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), position++).ptr;
      const auto index =
          tree_.find(node, {digits.data(), static_cast<std::size_t>(end - digits.data())});
      const auto error = index == FieldTree::kNone ? skip_value(message_, value, depth)
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
      if (!message_.take_text(token, value, text, decoded_.nul_replaced)) {
        return message_.refuse(token.data(), "a text");
      }
      kind = JsonScalar::text;
    } else if (!begins_number(token[0])) {
      if (token == "null") return DecodeError::ok;
      if (token[0] == '{' || token[0] == '[') return explain(leaf, token, DecodeError::wrong_type);
      if (token != "true" && token != "false") return message_.refuse(token.data(), "a value");
      kind = token == "true" ? JsonScalar::yes : JsonScalar::no;
    }
    const auto error = read_value(leaf, kind, text, options_.tokenizer, *block_, row_);
    if (error != DecodeError::ok) return explain(leaf, token, error);
    completion_.mark(leaf_index, leaf);
    return DecodeError::ok;
  }

  DecodeError explain(const FieldLeaf& leaf, std::string_view token, DecodeError error) {
    auto& detail = message_.detail;
    detail.field = leaf.name;
    detail.pointer = leaf.pointer;
    detail.offset = message_.offset_of(token.data());
    detail.expected = expected_of(leaf, error);
    if (error == DecodeError::wrong_type) detail.found = kind_of_value(token[0]);
    return error;
  }

  DecodeOptions options_;
  FieldTree tree_;
  ondemand::parser parser_;
  MessageText message_;
  UnknownKeys unknown_;
  RowCompletion completion_;
  std::vector<std::uint32_t> next_entry_;  // the entry that last followed this one
  std::vector<std::uint64_t> seen_entry_;  // the generation in which the key was seen
  std::uint64_t generation_ = 0;

  // Of the message at hand.
  RowBlock* block_ = nullptr;
  std::uint32_t row_ = 0;
  DecodedRow decoded_;
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
