// What can be said of a row only once its whole message is read: that no field is missing, that
// the time is plausible, and the hash of the id.
//
// Private to the decoder.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/decode/content_hash.hpp"
#include "core/decode/decode_error.hpp"
#include "core/decode/decoder.hpp"
#include "core/decode/field_tree.hpp"
#include "core/model/message.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {

class RowCompletion final {
 public:
  // Both outlive this.
  RowCompletion(const FieldTree& tree, const DecodeOptions& options);

  // A new message: no field has a value.
  void begin() {
    ++generation_;
    required_present_ = 0;
  }
  // The leaf has a value in the row.
  void mark(std::uint32_t leaf_index, const FieldLeaf& leaf) {
    present_[leaf_index] = generation_;
    required_present_ += leaf.required ? 1 : 0;
  }
  // Fills in the default currency, the event's time and the hashes, or refuses with a detail.
  DecodeError finish(const Message& message, RowBlock& block, std::uint32_t row,
                     DecodedRow& decoded, DecodeDetail& detail) const;

 private:
  bool present(std::uint32_t leaf) const {
    return leaf != FieldTree::kNone && present_[leaf] == generation_;
  }
  DecodeError check_required(RowBlock& block, std::uint32_t row, DecodeDetail& detail) const;
  DecodeError missing(std::uint32_t leaf, std::string_view advice, DecodeDetail& detail) const;
  DecodeError check_time(std::int64_t event_time, std::int64_t record_time,
                         DecodeDetail& detail) const;
  std::uint64_t hash_id(const RowBlock& block, std::uint32_t row) const;

  const FieldTree& tree_;
  const DecodeOptions& options_;
  ContentHasher content_hash_;
  std::vector<std::uint64_t> present_;  // the generation in which the leaf had a value
  std::uint64_t generation_ = 0;
  std::uint32_t required_ = 0;
  std::uint32_t required_present_ = 0;
  std::uint32_t id_leaf_ = FieldTree::kNone;
  std::uint32_t time_leaf_ = FieldTree::kNone;
  std::uint32_t currency_leaf_ = FieldTree::kNone;
};

}  // namespace assay::core
