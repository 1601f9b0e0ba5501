// A decoder over a small block, and the sample message that the tests bend.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/decode/card_token.hpp"
#include "core/decode/decoder.hpp"
#include "core/decode/schema.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {

constexpr std::int64_t kRecordTime = 1'714'566'896'000'000'000;  // 2024-05-01T12:34:56Z

inline CardKey test_key() {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i + 1);
  return *CardKey::of(bytes);
}

inline std::string sample_message() {
  return R"({"transaction_id":"7d0e2f0c-9c57-4a3e-8f11-2b6a1d9e4c55","timestamp":1714566896,)"
         R"("user_id":48213,"amount":129.95,"transaction_type":"purchase","location":"Lisbon",)"
         R"("merchant":"Mercado Central","card_number":"4556737586899855"})";
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) return "the sample has no " + std::string(from);
  return text.replace(at, from.size(), to);
}

// One schema, decoded row by row.
class DecodeFixture {
 public:
  explicit DecodeFixture(const Schema& schema = sample_transaction_schema(),
                         DecodeOptions options = default_options(),
                         RowBlock::Capacity capacity = {.rows = 8, .arena = 1u << 16})
      : layout_(with_fields(schema)),
        block_(layout_, capacity),
        decoder_(schema, layout_, with_tokenizer(std::move(options))) {}

  static DecodeOptions default_options() {
    DecodeOptions options;
    options.default_currency = "EUR";
    options.hash_key = {11, 22};
    return options;
  }

  DecodeError decode(std::string_view payload, std::int64_t record_time = kRecordTime,
                     std::string_view key = {}) {
    block_.clear();
    row_ = block_.add_row();
    return decoder_.decode({payload, key, {0}, {0}, record_time}, block_, row_);
  }

  // What a person reads in the dead letter.
  std::string words(std::string_view payload, std::int64_t record_time = kRecordTime,
                    std::string_view key = {}) {
    const auto error = decode(payload, record_time, key);
    return std::string(reason_code(error)) + ": " + describe(error, decoder_.detail());
  }

  Slot slot(std::string_view name) const { return layout_.find(name).value(); }
  bool has(std::string_view name) const { return block_.has(row_, slot(name)); }
  std::int64_t int64(std::string_view name) const { return block_.int64(row_, slot(name)); }
  double float64(std::string_view name) const { return block_.float64(row_, slot(name)); }
  std::string text(std::string_view name) const {
    return has(name) ? std::string(block_.text(row_, slot(name))) : "(absent)";
  }
  assay_token token(std::string_view name) const { return block_.token(row_, slot(name)); }
  const DecodedRow& decoded() const { return decoder_.decoded(); }
  const CardTokenizer& tokenizer() const { return tokenizer_; }
  const RowBlock& block() const { return block_; }
  std::uint32_t row() const { return row_; }

 private:
  static Layout with_fields(const Schema& schema) {
    Layout layout;
    schema.add_to(layout);
    return layout;
  }
  DecodeOptions with_tokenizer(DecodeOptions options) const {
    options.tokenizer = &tokenizer_;
    return options;
  }

  CardTokenizer tokenizer_{test_key()};
  Layout layout_;
  RowBlock block_;
  Decoder decoder_;
  std::uint32_t row_ = 0;
};

}  // namespace assay::core
