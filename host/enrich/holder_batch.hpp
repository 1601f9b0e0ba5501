// Decodes holders' records into a batch and hands full batches to the table: what the feed and the
// file have in common.
//
// Thread: one, the reader's.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/decode/decoder.hpp"
#include "core/model/message.hpp"
#include "core/model/row_block.hpp"
#include "host/enrich/holders.hpp"

namespace assay::host {

class HolderBatch final {
 public:
  /// The holders must outlive the batch. A tokenizer in the options belongs to the batch's thread.
  HolderBatch(Holders& holders, const core::DecodeOptions& options);

  /// Takes a record; an error leaves everything as it was. Applies the batch when it is full.
  core::DecodeError upsert(const core::Message& message);
  /// Takes a tombstone by its record's key: the holders' key as text. False where it is no such
  /// key.
  bool erase(std::string_view key);
  /// Applies what is left.
  void flush();

  /// Of the newest error: valid until the next record.
  const core::DecodeDetail& detail() const { return decoder_.detail(); }

 private:
  std::uint32_t room();
  core::DecodeError decode(const core::Message& message);

  Holders& holders_;
  core::RowBlock block_;
  core::Decoder decoder_;
  std::vector<Holders::Change> changes_;
};

}  // namespace assay::host
