#include "host/produce/bank_numbers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace assay::host {
namespace {

constexpr std::string_view test_prefixes[] = {"411111", "424242", "400000",
                                              "555555", "520082", "510510"};

struct IbanShape {
  std::string_view country;
  std::string_view bank;       // letters or digits that begin the account part
  std::size_t account_digits;  // digits after them
};

constexpr IbanShape iban_shapes[] = {
    {"DE", "", 18},     {"FR", "", 23}, {"ES", "", 20}, {"IT", "X", 22},
    {"NL", "ASAY", 10}, {"BE", "", 12}, {"AT", "", 16}, {"IE", "ASAY", 14},
    {"PT", "", 21},     {"FI", "", 14}, {"GR", "", 23}, {"LU", "", 16},
};

// Luhn's sum with the last digit counted once; a valid number gives a multiple of ten.
int luhn_sum(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
    int digit = digits[i] - '0';
    if (twice) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum;
}

std::string zero_padded(std::uint64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text.substr(text.size() - width);
}

// The remainder by 97 of the text read as a number, letters as 10 to 35.
unsigned mod_97(std::string_view text, unsigned remainder = 0) {
  for (const char c : text) {
    remainder = c >= 'A' ? remainder * 100 + static_cast<unsigned>(c - 'A' + 10)
                         : remainder * 10 + static_cast<unsigned>(c - '0');
    remainder %= 97;
  }
  return remainder;
}

bool iban_character(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool luhn_valid(std::string_view digits) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return digits.size() > 1 && std::all_of(digits.begin(), digits.end(), is_digit) &&
         luhn_sum(digits) % 10 == 0;
}

std::string make_card_number(std::uint32_t prefix_choice, std::uint64_t serial) {
  std::string number{test_prefixes[prefix_choice % std::size(test_prefixes)]};
  number += zero_padded(serial, 9);
  number += '0';
  number.back() = static_cast<char>('0' + (10 - luhn_sum(number) % 10) % 10);
  return number;
}

bool iban_valid(std::string_view iban) {
  if (iban.size() < 15 || iban.size() > 34) return false;
  if (!std::all_of(iban.begin(), iban.end(), iban_character)) return false;
  return mod_97(iban.substr(0, 4), mod_97(iban.substr(4))) == 1;
}

std::string make_iban(std::string_view country, std::uint64_t serial) {
  const auto found = std::find_if(std::begin(iban_shapes), std::end(iban_shapes),
                                  [&](const IbanShape& shape) { return shape.country == country; });
  const IbanShape& shape = found == std::end(iban_shapes) ? iban_shapes[0] : *found;
  std::string account{shape.bank};
  account += zero_padded(serial, shape.account_digits);
  std::string head{shape.country};
  const unsigned check = 98 - mod_97(head + "00", mod_97(account));
  return head + zero_padded(check, 2) + account;
}

void write_uuid(SeededRandom& random, char* out) {
  static constexpr char hex[] = "0123456789abcdef";
  // Version 4 in the high half, variant 10 in the low half (RFC 4122, 4.4).
  const std::uint64_t high = (random.bits() & ~0xF000ULL) | 0x4000ULL;
  const std::uint64_t low = (random.bits() & ~(3ULL << 62)) | (2ULL << 62);
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) *out++ = '-';
    const std::uint64_t half = nibble < 16 ? high : low;
    *out++ = hex[(half >> (60 - 4 * (nibble % 16))) & 0xF];
  }
}

}  // namespace assay::host
