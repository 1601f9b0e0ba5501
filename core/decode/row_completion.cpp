#include "core/decode/row_completion.hpp"

#include <array>
#include <charconv>

namespace assay::core {
namespace {

DecodeError implausible(const FieldLeaf& leaf, std::int64_t distance, std::int64_t limit,
                        std::string_view side, DecodeDetail& detail) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  detail.field = leaf.name;
  detail.pointer = leaf.pointer;
  detail.expected = side;
  detail.number = distance / kSecond;
  detail.limit = limit / kSecond;
  return DecodeError::implausible_time;
}

}  // namespace

RowCompletion::RowCompletion(const FieldTree& tree, const DecodeOptions& options)
    : tree_(tree),
      options_(options),
      content_hash_(options.hash_key),
      present_(tree.leaves().size()) {
  for (std::uint32_t i = 0; i < tree_.leaves().size(); ++i) {
    const auto& leaf = tree_.leaves()[i];
    if (leaf.required) ++required_;
    if (leaf.role == FieldRole::id) id_leaf_ = i;
    if (leaf.role == FieldRole::time) time_leaf_ = i;
    if (leaf.role == FieldRole::currency) currency_leaf_ = i;
  }
}

DecodeError RowCompletion::finish(const Message& message, RowBlock& block, std::uint32_t row,
                                  DecodedRow& decoded, DecodeDetail& detail) const {
  const auto error = check_required(block, row, detail);
  if (error != DecodeError::ok) return error;
  if (present(time_leaf_)) {
    decoded.event_time = block.int64(row, tree_.leaves()[time_leaf_].slot);
    const auto late = check_time(decoded.event_time, message.timestamp, detail);
    if (late != DecodeError::ok) return late;
  }
  if (present(id_leaf_)) decoded.id_hash = hash_id(block, row);
  decoded.content_hash = content_hash_(message.payload);
  return DecodeError::ok;
}

DecodeError RowCompletion::check_required(RowBlock& block, std::uint32_t row,
                                          DecodeDetail& detail) const {
  if (required_present_ != required_) {
    for (std::uint32_t i = 0; i < tree_.leaves().size(); ++i) {
      if (tree_.leaves()[i].required && !present(i)) return missing(i, {}, detail);
    }
  }
  if (currency_leaf_ == FieldTree::kNone || present(currency_leaf_)) return DecodeError::ok;
  if (options_.default_currency.empty()) {
    return missing(currency_leaf_, "send it or configure default_currency", detail);
  }
  const auto slot = tree_.leaves()[currency_leaf_].slot;
  return block.put_text(row, slot, options_.default_currency) ? DecodeError::ok
                                                              : DecodeError::arena_full;
}

DecodeError RowCompletion::missing(std::uint32_t leaf, std::string_view advice,
                                   DecodeDetail& detail) const {
  detail.field = tree_.leaves()[leaf].name;
  detail.pointer = tree_.leaves()[leaf].pointer;
  detail.expected = advice;
  return DecodeError::missing_field;
}

DecodeError RowCompletion::check_time(std::int64_t event_time, std::int64_t record_time,
                                      DecodeDetail& detail) const {
  if (record_time <= 0) return DecodeError::ok;
  const auto& leaf = tree_.leaves()[time_leaf_];
  std::int64_t ahead = 0;
  if (__builtin_sub_overflow(event_time, record_time, &ahead)) {
    ahead = event_time > 0 ? INT64_MAX : -INT64_MAX;
  }
  if (options_.time_ahead && ahead > *options_.time_ahead) {
    return implausible(leaf, ahead, *options_.time_ahead, "ahead of", detail);
  }
  if (options_.time_behind && -ahead > *options_.time_behind) {
    return implausible(leaf, -ahead, *options_.time_behind, "behind", detail);
  }
  return DecodeError::ok;
}

std::uint64_t RowCompletion::hash_id(const RowBlock& block, std::uint32_t row) const {
  const auto& leaf = tree_.leaves()[id_leaf_];
  if (leaf.kind == FieldKind::text) return content_hash_(block.text(row, leaf.slot));
  // An id has one hash, whether the feed writes it as a number or as a text.
  std::array<char, 24> digits;
  const auto* end =
      std::to_chars(digits.data(), digits.data() + digits.size(), block.int64(row, leaf.slot)).ptr;
  return content_hash_({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace assay::core
