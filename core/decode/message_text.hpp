// The message at hand: its padded copy, the texts in it, and the place where it is wrong.
//
// Private to the decoder. Nothing is allocated after construction.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/decode/decode_error.hpp"
#include "core/decode/field_tree.hpp"
#include "core/decode/json_text.hpp"
#include "core/decode/json_token.hpp"

namespace assay::core {

class MessageText final {
 public:
  // Bytes of a message, and how deep its objects and lists may be nested.
  MessageText(std::uint32_t max_size, std::uint32_t max_depth);

  // Forgets the message before, for a message whose payload is not looked at.
  void clear();
  // Forgets the message before and copies this one; what cannot be an object is refused at once.
  DecodeError load(std::string_view payload);

  std::string_view all() const { return text_; }
  simdjson::padded_string_view padded() const {
    return simdjson::padded_string_view(text_.data(), text_.size(), text_.size() + kPadding);
  }
  std::uint32_t offset_of(const char* at) const {
    return static_cast<std::uint32_t>(std::clamp<std::ptrdiff_t>(
        at - buffer_.get(), 0, static_cast<std::ptrdiff_t>(text_.size())));
  }
  bool at_deepest(std::uint32_t depth) const { return depth == max_depth_; }

  // Each fills the detail. `at` is near the place; simdjson itself tells none that would be nearer.
  DecodeError refuse(const char* at, std::string_view expected);
  DecodeError refuse_too_deep(const char* at);
  DecodeError refuse_repeated(const char* at, std::string_view key);
  // What simdjson says before the first key is read is about the message as a whole.
  DecodeError refuse_whole(simdjson::error_code error);
  // Something stands behind the object, or it does not end.
  DecodeError refuse_unended();

  struct Key {
    std::string_view raw;   // in the message
    std::string_view text;  // its escapes resolved; valid until the next text or key
    bool valid = true;      // false: an escape that JSON does not know
    bool escaped() const { return raw.data() != text.data(); }
  };
  // The key whose first character stands at `raw`; simdjson has seen its closing quote.
  Key key_at(const char* raw);

  // The text between the quotes, its escapes resolved; valid until the next text. Counts \u0000.
  [[gnu::always_inline]] bool take_text(std::string_view token, simdjson::ondemand::value& value,
                                        std::string_view& text, std::uint32_t& nuls) {
    simdjson::ondemand::raw_json_string consumed;
    if (value.get_raw_json_string().get(consumed)) return false;
    // Nothing but white space can stand between a text and the next structural character.
    if (token.size() < 2 || token.back() != '"') return false;
    text = token.substr(1, token.size() - 2);
    if (!may_have_backslash(text)) return true;
    const auto plain = unescape(text, scratch_.get());
    text = {scratch_.get(), plain.size};
    nuls += plain.nuls;
    return plain.valid;
  }

  DecodeDetail detail;  // of what is wrong

 private:
  // What is read ahead of the message's end: by simdjson and by the comparison of keys.
  static constexpr std::size_t kPadding =
      std::max<std::size_t>(simdjson::SIMDJSON_PADDING, FieldTree::kReadAhead);

  DecodeError refuse_early();

  std::uint32_t max_size_;
  std::uint32_t max_depth_;
  std::unique_ptr<char[]> buffer_;   // the message, padded
  std::unique_ptr<char[]> scratch_;  // one text with its escapes resolved
  std::string_view text_;
};

}  // namespace assay::core
