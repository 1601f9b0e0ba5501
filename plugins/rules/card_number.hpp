// Recognises a card number in clear, so that one is refused before it reaches memory for long, a
// log or a reason's words.
//
// 12 to 19 digits, single blanks, hyphens or dots between them, with a right Luhn check digit. One
// long number in ten passes by chance: a numeric id may be refused without being a card number,
// which is the price of never keeping one that is.
#pragma once

#include <cstddef>
#include <string_view>

namespace assay::rules {

// Doubling every second digit from the right: the sum is a multiple of ten.
class Luhn {
 public:
  void add(int digit) {
    constexpr int doubled[] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    // Not knowing yet how many digits follow, keep the sum for either parity.
    const auto even = even_ + digit;
    even_ = odd_ + doubled[digit];
    odd_ = even;
    ++digits_;
  }
  std::size_t digits() const { return digits_; }
  bool holds() const { return odd_ % 10 == 0; }

 private:
  int odd_ = 0;
  int even_ = 0;
  std::size_t digits_ = 0;
};

constexpr std::size_t longest_card_number = 19;

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_separator(char c) { return c == ' ' || c == '-' || c == '.'; }

// The digits from the start of `text`, with single separators between them.
struct DigitRun {
  std::size_t size = 0;  // in characters
  bool is_card = false;
};
inline DigitRun digit_run(std::string_view text, std::size_t fewest) {
  Luhn luhn;
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      luhn.add(text[i] - '0');
      end = i + 1;
    } else if (i == 0 || !is_separator(text[i]) || !is_digit(text[i - 1])) {
      break;
    }
  }
  return {end, luhn.digits() >= fewest && luhn.digits() <= longest_card_number && luhn.holds()};
}

// The whole of `text`.
inline bool is_card_number(std::string_view text, std::size_t fewest) {
  const auto run = digit_run(text, fewest);
  return run.is_card && run.size == text.size();
}

// Somewhere in a sentence.
inline bool mentions_card_number(std::string_view text, std::size_t fewest) {
  for (std::size_t i = 0; i < text.size();) {
    const auto run = digit_run(text.substr(i), fewest);
    if (run.is_card) return true;
    i += run.size == 0 ? 1 : run.size;
  }
  return false;
}

}  // namespace assay::rules
