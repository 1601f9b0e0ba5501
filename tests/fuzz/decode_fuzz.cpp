// Feeds bytes to the decoder and to what looks at messages that it refused, and checks what holds
// for any of them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/decode/json_writer.hpp"
#include "core/decode/mask.hpp"
#include "core/decode/money.hpp"
#include "core/decode/timestamp.hpp"
#include "tests/core/decode/decode_fixture.hpp"

namespace {

using namespace assay::core;

void expect(bool holds) {
  if (!holds) std::abort();
}

Schema every_kind() {
  return Schema::make({{"i", FieldKind::int64, "/n/0/i"},
                       {"f", FieldKind::float64, "/n/0/f"},
                       {"b", FieldKind::boolean},
                       {"d", FieldKind::decimal, "/m/d", false, FieldRole::amount},
                       {"t", FieldKind::time, "/m/t", false, FieldRole::time},
                       {"u", FieldKind::duration},
                       {"s", FieldKind::text, "", false, FieldRole::id},
                       {"c_number", FieldKind::card}})
      .value();
}

void check_decoder(DecodeFixture& fixture, std::string_view message) {
  const auto words = fixture.words(message);
  expect(!words.empty());
  const auto error = fixture.decode(message);
  if (error != DecodeError::ok) return;
  const auto& block = fixture.block();
  const auto json = row_json(block, fixture.row());
  expect(json.size() >= 2 && json.front() == '{' && json.back() == '}');
  for (std::uint32_t i = 0; i < block.layout().entries().size(); ++i) {
    const bool is_text = block.layout()[{i}].type == FieldType::text;
    if (!is_text || !block.has(fixture.row(), {i})) continue;
    expect(block.text(fixture.row(), {i}).find('\0') == std::string_view::npos);
  }
  // What is accepted stays accepted with white space around it, and never with more behind it.
  expect(fixture.decode(" " + std::string(message) + "\n") == DecodeError::ok);
  expect(fixture.decode(std::string(message) + "1") != DecodeError::ok);
}

void check_numbers(std::string_view text) {
  if (const auto money = parse_money(text); money.error == NumberError::ok) {
    expect(is_json_number(text));
    expect(parse_money(format_money(money.units)).units == money.units);
  }
  if (const auto time = parse_time_text(text); time.error == NumberError::ok) {
    expect(parse_iso_time(format_time(time.units)).units == time.units);
  }
  parse_duration_text(text);
}

void check_mask(std::string_view text) {
  auto once = masked(text);
  expect(once.size() == text.size());
  expect(mask_digit_runs(once) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static DecodeFixture sample;
  static DecodeFixture kinds(every_kind());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_decoder(sample, text);
  check_decoder(kinds, text);
  check_numbers(text);
  check_mask(text);
  return 0;
}
