#include "host/conformance/sample_rows.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <string_view>

namespace assay::host {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'700'000'000 * kSecond;  // 2023-11-14
constexpr std::int64_t kScale = 10'000;                   // of amounts
constexpr std::size_t kLongText = 4096;                   // bytes

// SplitMix64: each value is a function of its place alone.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : name) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
  }
  return hash;
}

// What every record has: the engine has it from the message's identity, or writes it itself.
bool always_there(std::string_view name) {
  static constexpr std::array<std::string_view, 11> names{
      "transaction_id", "timestamp",   "user_id",     "decision",    "score",    "decided_at",
      "record_offset",  "record_time", "config_hash", "card_key_id", "id_reused"};
  return std::ranges::find(names, name) != names.end();
}

template <std::size_t Size>
std::string one_of(const std::array<const char*, Size>& words, std::uint64_t chance) {
  return words[chance % Size];
}

std::string text_for(std::string_view name, std::uint64_t chance) {
  static constexpr std::array currencies{"EUR", "USD", "GBP", "JPY"};
  static constexpr std::array types{"purchase", "transfer", "withdrawal", "top_up"};
  static constexpr std::array countries{"PT", "DE", "FR", "US"};
  static constexpr std::array decisions{"approve", "review", "decline"};
  static constexpr std::array any{"Lisboa", "Porto", "caf\xc3\xa9", "a", "", "42"};
  if (name == "currency") return one_of(currencies, chance);
  if (name == "transaction_type") return one_of(types, chance);
  if (name == "merchant_country") return one_of(countries, chance);
  if (name == "decision") return one_of(decisions, chance);
  if (name.ends_with("_id")) return "id-" + std::to_string(chance % 1'000'000);
  return one_of(any, chance);
}

double float_for(std::string_view name, std::uint64_t chance) {
  const double share = static_cast<double>(chance >> 11) / 9007199254740992.0;  // 0 to 1
  if (name == "latitude") return share * 180 - 90;
  if (name == "longitude") return share * 360 - 180;
  return share * 1000;
}

std::int64_t bits_for(const DeclaredColumn& column, std::size_t row, std::uint64_t chance) {
  switch (column.type) {
    case ASSAY_DOUBLE:
      return std::bit_cast<std::int64_t>(float_for(column.name, chance));
    case ASSAY_BOOL:
      return static_cast<std::int64_t>(chance & 1);
    case ASSAY_TIME:
      return kStart + static_cast<std::int64_t>(row) * 37 * kSecond;
    case ASSAY_DURATION:
      return static_cast<std::int64_t>(chance % (7ULL * 24 * 3600)) * kSecond;
    case ASSAY_DECIMAL:
      // Whole amounts are what people pay, and what rules look for.
      return static_cast<std::int64_t>(chance % 2 == 0 ? chance / 2 % 300 * 100 * kScale
                                                       : chance % (20'000 * kScale));
    default:
      if (column.name == "record_offset") return static_cast<std::int64_t>(row);
      if (column.name == "local_hour") return static_cast<std::int64_t>(chance % 24);
      return static_cast<std::int64_t>(chance % 12);
  }
}

}  // namespace

SampleRows::SampleRows(const std::vector<DeclaredColumn>& columns, std::uint64_t seed)
    : columns_(&columns), seed_(seed) {}

SampleCell SampleRows::cell(std::size_t column, std::size_t row) const {
  const auto& declared = (*columns_)[column];
  auto chance = mixed(seed_ ^ mixed(hash_of(declared.name) + declared.type) ^ row);
  SampleCell cell;
  const auto fate = chance % 100;
  chance = mixed(chance);
  cell.validity = fate < 8 && !always_there(declared.name) ? ASSAY_ABSENT : ASSAY_PRESENT;
  if (declared.origin == DeclaredColumn::Origin::feature && fate >= 92) cell.validity = ASSAY_COLD;
  if (declared.type == ASSAY_TEXT) {
    cell.text = text_for(declared.name, chance);
  } else if (declared.type == ASSAY_TOKEN) {
    cell.token = {mixed(chance % 50), mixed(chance % 50 + 1)};
  } else {
    cell.bits = bits_for(declared, row, chance);
  }
  return cell;
}

std::vector<SampleRow> SampleRows::make(std::size_t first, std::size_t count) const {
  std::vector<SampleRow> rows(count);
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t column = 0; column < columns_->size(); ++column) {
      rows[row].push_back(cell(column, first + row));
    }
  }
  return rows;
}

std::vector<SampleRow> SampleRows::absent(std::size_t count) const {
  return std::vector<SampleRow>(count, SampleRow(columns_->size()));
}

std::vector<SampleRow> SampleRows::extremes() const {
  using Int64 = std::numeric_limits<std::int64_t>;
  using Float64 = std::numeric_limits<double>;
  struct Extreme {
    std::int64_t bits;
    double value;
    std::string text;
  };
  const std::array extremes{Extreme{Int64::min(), Float64::lowest(), ""},
                            Extreme{Int64::max(), Float64::max(), std::string(kLongText, 'x')},
                            Extreme{0, 0.0, std::string(1, '\0')},
                            Extreme{-1, -0.0, "\xf0\x9f\x98\x80"},
                            Extreme{1, Float64::denorm_min(), "%s%n{amount}"}};
  std::vector<SampleRow> rows;
  for (const auto& extreme : extremes) {
    auto& row = rows.emplace_back();
    for (const auto& column : *columns_) {
      SampleCell cell{ASSAY_PRESENT, extreme.bits, {}, extreme.text};
      if (column.type == ASSAY_DOUBLE) cell.bits = std::bit_cast<std::int64_t>(extreme.value);
      if (column.type == ASSAY_BOOL) cell.bits = extreme.bits & 1;
      cell.token = {static_cast<std::uint64_t>(extreme.bits), 0};
      row.push_back(std::move(cell));
    }
  }
  return rows;
}

}  // namespace assay::host
