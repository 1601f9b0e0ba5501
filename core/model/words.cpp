#include "core/model/words.hpp"

#include <assay/values.hpp>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace assay::core {
namespace {

void append_padded(std::string& to, std::int64_t value, std::size_t width) {
  auto digits = std::to_string(value);
  to.append(width > digits.size() ? width - digits.size() : 0, '0');
  to += digits;
}

// Days since 1970-01-01 to a civil date; the algorithm is Howard Hinnant's, in the public domain.
void append_time(std::string& to, std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  auto seconds = nanoseconds / kSecond;
  if (nanoseconds % kSecond < 0) --seconds;
  auto days = seconds / 86'400;
  auto of_day = seconds % 86'400;
  if (of_day < 0) {
    of_day += 86'400;
    --days;
  }
  const auto z = days + 719'468;
  const auto era = (z >= 0 ? z : z - 146'096) / 146'097;
  const auto doe = z - era * 146'097;
  const auto yoe = (doe - doe / 1'460 + doe / 36'524 - doe / 146'096) / 365;
  const auto doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const auto mp = (5 * doy + 2) / 153;
  const auto month = mp < 10 ? mp + 3 : mp - 9;
  append_padded(to, yoe + era * 400 + (month <= 2 ? 1 : 0), 4);
  to += '-';
  append_padded(to, month, 2);
  to += '-';
  append_padded(to, doy - (153 * mp + 2) / 5 + 1, 2);
  to += ' ';
  append_padded(to, of_day / 3'600, 2);
  to += ':';
  append_padded(to, of_day / 60 % 60, 2);
  to += ':';
  append_padded(to, of_day % 60, 2);
  to += " UTC";
}

// As a person says it: "1868", "6.5", "30.67".
void append_double(std::string& to, double value) {
  char digits[320];  // the largest double has 309 digits before the point
  auto* end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, 2).ptr;
  if (std::isfinite(value)) {
    while (end[-1] == '0') --end;
    if (end[-1] == '.') --end;
  }
  to.append(digits, end);
}

}  // namespace

void append_value(std::string& to, FieldType type, std::int64_t bits) {
  switch (type) {
    case FieldType::int64:
      to += std::to_string(bits);
      break;
    case FieldType::float64:
      append_double(to, std::bit_cast<double>(bits));
      break;
    case FieldType::boolean:
      to += bits != 0 ? "true" : "false";
      break;
    case FieldType::time:
      append_time(to, bits);
      break;
    case FieldType::duration:
      to += in_words(Duration{bits});
      break;
    case FieldType::decimal:
      to += assay::to_string(Money{bits});
      break;
    case FieldType::text:
    case FieldType::token:
      break;
  }
}

std::optional<Words::Unknown> Words::parse(std::string_view text,
                                           const std::vector<EvidenceInfo>& evidence,
                                           const Find& find, Words& words) {
  words.pieces_.clear();
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = text.find('{', at);
    const auto close = open == text.npos ? text.npos : text.find('}', open);
    if (close == text.npos) break;
    if (open > at) {
      words.pieces_.push_back({Piece::Kind::literal, std::string(text.substr(at, open - at)), 0});
    }
    const auto name = text.substr(open + 1, close - open - 1);
    std::optional<Piece> piece;
    for (std::uint32_t i = 0; i < evidence.size(); ++i) {
      if (evidence[i].name == name) piece = Piece{Piece::Kind::evidence, {}, i};
    }
    if (!piece) {
      if (const auto known = find(name)) {
        if (const auto* slot = std::get_if<Slot>(&*known)) {
          piece = Piece{Piece::Kind::field, {}, slot->index};
        } else {
          piece = Piece{Piece::Kind::literal, std::get<std::string>(*known), 0};
        }
      }
    }
    if (!piece) return Unknown{std::string(name), static_cast<std::uint32_t>(open)};
    words.pieces_.push_back(*piece);
    at = close + 1;
  }
  if (at < text.size()) {
    words.pieces_.push_back({Piece::Kind::literal, std::string(text.substr(at)), 0});
  }
  return std::nullopt;
}

void Words::append_to(std::string& to, const std::vector<EvidenceInfo>& evidence,
                      const EvidenceValues& values, const RowBlock& block,
                      std::uint32_t row) const {
  for (const auto& piece : pieces_) {
    if (piece.kind == Piece::Kind::literal) {
      to += piece.text;
    } else if (piece.kind == Piece::Kind::evidence) {
      append_value(to, evidence[piece.index].type, values[piece.index]);
      if (!evidence[piece.index].unit.empty()) to += " " + evidence[piece.index].unit;
    } else {
      const Slot slot{piece.index};
      const auto type = block.layout()[slot].type;
      if (!block.has(row, slot)) {
        to += "unknown";
      } else if (type == FieldType::text) {
        to += block.text(row, slot);
      } else if (type != FieldType::token) {
        append_value(to, type, block.int64(row, slot));
      }
    }
  }
}

}  // namespace assay::core
