// What decoding costs beside the least that anybody would have to do.
//
// The bare loop reads the same eight fields with simdjson On-Demand, copies the texts and makes the
// token, and checks nothing else: no repeated keys, no end of the message, no plausible time, no
// hashes. Both run over the same messages, in turns, so that what disturbs one disturbs the other.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/support/clocks.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/messages.hpp"
#include "core/decode/card_token.hpp"
#include "core/decode/decoder.hpp"
#include "core/decode/schema.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {
namespace {

constexpr std::size_t kMessages = 512;
constexpr std::int64_t kRecordTime = 1'714'566'896'000'000'000;

CardKey bench_key() {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(17 * i);
  return *CardKey::of(bytes);
}

// Reads the fields in the order in which they stand, which is the fastest way simdjson has.
class BareLoop {
 public:
  explicit BareLoop(const CardTokenizer& tokenizer) : tokenizer_(tokenizer) {}

  struct Row {
    std::int64_t timestamp;
    std::int64_t user_id;
    double amount;
    assay_token token;
    std::array<std::string_view, 6> texts;
  };

  void clear() { used_ = 0; }
  bool read(std::string_view message, Row& row) {
    std::memcpy(buffer_.data(), message.data(), message.size());
    simdjson::ondemand::document document;
    const simdjson::padded_string_view padded(buffer_.data(), message.size(), buffer_.size());
    if (parser_.iterate(padded).get(document)) return false;
    std::array<std::string_view, 5> texts;
    const bool read =
        !document["transaction_id"].get(texts[0]) && !document["timestamp"].get(row.timestamp) &&
        !document["user_id"].get(row.user_id) && !document["amount"].get(row.amount) &&
        !document["transaction_type"].get(texts[1]) && !document["location"].get(texts[2]) &&
        !document["merchant"].get(texts[3]) && !document["card_number"].get(texts[4]);
    if (!read) return false;
    const auto card = card_digits(texts[4]);
    if (!card) return false;
    row.token = tokenizer_.token(*card);
    for (std::size_t i = 0; i < 4; ++i) row.texts[i] = copy(texts[i]);
    row.texts[4] = copy(card->bin());
    row.texts[5] = copy(card->last4());
    return true;
  }

 private:
  std::string_view copy(std::string_view text) {
    char* const at = arena_.data() + used_;
    std::memcpy(at, text.data(), text.size());
    used_ += text.size();
    return {at, text.size()};
  }

  const CardTokenizer& tokenizer_;
  simdjson::ondemand::parser parser_;
  std::array<char, 4096> buffer_{};
  std::vector<char> arena_ = std::vector<char>(1u << 20);
  std::size_t used_ = 0;
};

class Bench {
 public:
  Bench() : decoder_(schema_, layout_, options(tokenizer_)) { rows_.resize(kMessages); }

  void decode() {
    block_.clear();
    for (const auto& message : messages_) {
      const auto row = block_.add_row();
      if (decoder_.decode({message, {}, {0}, {0}, kRecordTime}, block_, row) != DecodeError::ok) {
        throw std::logic_error("the decoder refused a message");
      }
    }
    benchmark::ClobberMemory();
  }
  void bare() {
    bare_.clear();
    for (std::size_t i = 0; i < kMessages; ++i) {
      if (!bare_.read(messages_[i], rows_[i])) throw std::logic_error("the loop refused a message");
    }
    benchmark::ClobberMemory();
  }
  void token() {
    const CardDigits card = *card_digits("4556737586899855");
    for (std::size_t i = 0; i < kMessages; ++i) {
      benchmark::DoNotOptimize(card);
      benchmark::DoNotOptimize(tokenizer_.token(card));
    }
  }

 private:
  static DecodeOptions options(const CardTokenizer& tokenizer) {
    DecodeOptions options;
    options.default_currency = "EUR";
    options.tokenizer = &tokenizer;
    options.hash_key = {1, 2};
    return options;
  }
  static Layout layout_of(const Schema& schema) {
    Layout layout;
    schema.add_to(layout);
    return layout;
  }

  static std::vector<std::string> messages() {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < kMessages; ++i)
      all.push_back(bench::message(i, bench::Kind::quiet));
    return all;
  }

  std::vector<std::string> messages_ = messages();
  CardTokenizer tokenizer_{bench_key()};
  Schema schema_ = sample_transaction_schema();
  Layout layout_ = layout_of(schema_);
  RowBlock block_{layout_, {.rows = kMessages, .arena = 1u << 20}};
  Decoder decoder_;
  BareLoop bare_{tokenizer_};
  std::vector<BareLoop::Row> rows_;
};

}  // namespace
}  // namespace assay::core

int main(int argc, char** argv) {
  namespace bench = assay::bench;
  bench::Figures figures("decode", argc, argv);
  assay::core::Bench work;
  const auto rounds = figures.rounds(2'000);
  auto pairs = bench::in_turn(
      rounds, [&] { return bench::cost_of(assay::core::kMessages, [&] { work.bare(); }); },
      [&] { return bench::cost_of(assay::core::kMessages, [&] { work.decode(); }); });
  std::vector<double> token;
  token.reserve(static_cast<std::size_t>(rounds));
  for (int i = 0; i < rounds; ++i) {
    token.push_back(bench::cost_of(assay::core::kMessages, [&] { work.token(); }));
  }
  figures.add({"per_message", "ns", std::move(pairs.samples), std::move(pairs.baseline),
               bench::at_most(1.5, bench::Of::ratio)});
  figures.add({"card_token", "ns", std::move(token)});
  return figures.print();
}
