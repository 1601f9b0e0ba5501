#include "host/enrich/holder_batch.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace assay::host {
namespace {

// Few enough that no worker waits long for the lock.
constexpr std::uint32_t batch_rows = 256;

core::RowBlock::Capacity capacity(const core::DecodeOptions& options) {
  // One message always fits: no text of it is longer than the whole, and a replaced NUL, six bytes
  // in the message, is three in the arena.
  return {.rows = batch_rows, .arena = std::max(1u << 18, options.max_message), .headers = 0};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

HolderBatch::HolderBatch(Holders& holders, const core::DecodeOptions& options)
    : holders_(holders),
      block_(holders.layout(), capacity(options)),
      decoder_(holders.schema(), holders.layout(), options) {
  changes_.reserve(batch_rows);
}

std::uint32_t HolderBatch::room() {
  if (block_.full()) flush();
  return block_.add_row();
}

core::DecodeError HolderBatch::upsert(const core::Message& message) {
  auto error = decode(message);
  if (error == core::DecodeError::arena_full && !changes_.empty()) {
    flush();
    error = decode(message);
  }
  return error;
}

core::DecodeError HolderBatch::decode(const core::Message& message) {
  const auto row = room();
  auto error = decoder_.decode(message, block_, row);
  // The key may be an optional field of the schema; without it there is nobody to keep.
  if (error == core::DecodeError::ok && !block_.has(row, holders_.key())) {
    error = core::DecodeError::missing_field;
  }
  if (error != core::DecodeError::ok) {
    block_.drop_row();
    return error;
  }
  changes_.push_back({row, Holders::Change::Kind::upsert});
  return error;
}

bool HolderBatch::erase(std::string_view key) {
  if (key.empty()) return false;
  const bool number = holders_.layout()[holders_.key()].type == core::FieldType::int64;
  const auto value = number ? whole_number(key) : std::optional<std::int64_t>{};
  if (number && !value) return false;
  auto row = room();
  if (number) {
    block_.put_int64(row, holders_.key(), *value);
  } else if (!block_.put_text(row, holders_.key(), key)) {
    block_.drop_row();
    flush();
    row = block_.add_row();
    if (!block_.put_text(row, holders_.key(), key)) {
      block_.drop_row();
      return false;
    }
  }
  changes_.push_back({row, Holders::Change::Kind::erase});
  return true;
}

void HolderBatch::flush() {
  holders_.apply(block_, changes_);
  changes_.clear();
  block_.clear();
}

}  // namespace assay::host
