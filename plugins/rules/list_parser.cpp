#include "plugins/rules/list_parser.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "plugins/rules/card_number.hpp"

namespace assay::rules {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t token_digits = 32;

// Where one of the line's parts was, and what it says once its quotes are gone.
struct Part {
  std::string text;
  std::uint32_t column = 1;
};

// Splits a line at its commas.
class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  bool at_end() const { return done_; }
  bool at_quote() const { return at_ < line_.size() && line_[at_] == '"'; }
  std::uint32_t column() const { return static_cast<std::uint32_t>(at_ + 1); }

  void skip_blanks() { at_ = std::min(line_.find_first_not_of(blanks, at_), line_.size()); }

  // The word before a `=` that stands before the next comma; at_ moves behind the `=`.
  std::optional<std::string_view> key() {
    const auto rest = line_.substr(at_);
    const auto equals = rest.find('=');
    if (equals == rest.npos || equals > rest.find(',')) return std::nullopt;
    at_ += equals + 1;
    auto word = rest.substr(0, equals);
    word = word.substr(0, word.find_last_not_of(blanks) + 1);
    return word;
  }

  std::variant<Part, ListFault> next() {
    skip_blanks();
    const auto column_of_part = column();
    if (at_quote()) {
      auto text = quoted();
      if (!text) {
        return ListFault{"the quote that opens here is never closed",
                         "close it with \", and double a quote inside the text", column_of_part};
      }
      skip_blanks();
      if (at_ < line_.size() && line_[at_] != ',') {
        return ListFault{"a quoted text is followed by something else",
                         "put the whole text into the quotes, or a comma behind them", column()};
      }
      step();
      return Part{std::move(*text), column_of_part};
    }
    const auto comma = std::min(line_.find(',', at_), line_.size());
    auto text = line_.substr(at_, comma - at_);
    at_ = comma;
    step();
    text = text.substr(0, text.find_last_not_of(blanks) + 1);
    return Part{std::string(text), column_of_part};
  }

 private:
  void step() {
    done_ = at_ >= line_.size();
    ++at_;
  }

  std::optional<std::string> quoted() {
    std::string text;
    for (++at_; at_ < line_.size(); ++at_) {
      if (line_[at_] == '"') {
        if (line_.substr(at_ + 1, 1) != "\"") {
          ++at_;
          return text;
        }
        ++at_;
      }
      text += line_[at_];
    }
    return std::nullopt;
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool done_ = false;
};

// YYYY-MM-DD to the beginning of that day.
std::optional<std::int64_t> parse_day(std::string_view text) {
  const auto number = [&](std::size_t from, std::size_t size) {
    int value = -1;
    const auto* end = text.data() + from + size;
    const auto [stopped, fault] = std::from_chars(text.data() + from, end, value);
    return fault == std::errc{} && stopped == end ? value : -1;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto month = number(5, 2);
  const auto day = number(8, 2);
  const auto year = number(0, 4);
  // 64-bit nanoseconds end in 2262; a list entry has no business there.
  if (month < 0 || day < 0 || year < 1970 || year > 2200) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::nanoseconds(std::chrono::sys_days{date}.time_since_epoch()).count();
}

ListFault clear_number(std::uint32_t column) {
  return {"this looks like a card number in clear",
          "card numbers never stand in a list: use the field `card` and convert its entries with "
          "`assay token`",
          column};
}

std::optional<ListFault> fault_in_value(Part& value, ListOf kind) {
  if (value.text.empty()) {
    return ListFault{"an entry without a value",
                     "write `value[, expires=YYYY-MM-DD][, reason=text]`", value.column};
  }
  if (is_card_number(value.text, kind == ListOf::cards ? 12 : 13)) {
    return clear_number(value.column);
  }
  if (kind == ListOf::texts) return std::nullopt;
  std::transform(value.text.begin(), value.text.end(), value.text.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  if (value.text.size() != token_digits ||
      value.text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return ListFault{"expected a card token, 32 hexadecimal digits",
                     "`assay token` makes tokens of card numbers", value.column};
  }
  return std::nullopt;
}

std::optional<ListFault> read_option(std::string_view key, std::uint32_t key_column,
                                     const Part& part, ListEntry& entry) {
  if (key == "expires") {
    const auto day = parse_day(part.text);
    if (!day) return ListFault{"expected a date", "write it as expires=2027-01-01", part.column};
    entry.expires = *day;
    return std::nullopt;
  }
  if (key == "reason") {
    // It becomes part of the words that are stored and mailed.
    if (mentions_card_number(part.text, 13)) return clear_number(part.column);
    if (part.text.find_first_of("{}") != std::string::npos) {
      return ListFault{"a reason cannot hold braces", "braces name fields in a rule's words",
                       part.column};
    }
    entry.reason = part.text;
    return std::nullopt;
  }
  return ListFault{"expected `expires=` or `reason=` behind the value",
                   "a value with a comma in it stands in double quotes", key_column};
}

// The size of the well-formed UTF-8 character at the start, 0 where there is none. Control
// characters count as malformed: a reason's text goes to databases and mails.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(0);
  if (lead < 0x80) return (lead >= 0x20 && lead != 0x7f) || lead == '\t' || lead == '\r' ? 1 : 0;
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const auto second = byte(1);
  const auto too_long = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const auto surrogate = lead == 0xed && second > 0x9f;
  const auto too_large = lead == 0xf4 && second > 0x8f;
  return too_long || surrogate || too_large ? 0 : size;
}

}  // namespace

ListLine parse_list_line(std::string_view text, std::uint32_t line, ListOf kind) {
  for (std::size_t i = 0; i < text.size();) {
    const auto size = character_size(text.substr(i));
    if (size == 0) {
      return ListFault{"not UTF-8 text, or a control character",
                       "save the list as plain UTF-8 text", static_cast<std::uint32_t>(i + 1)};
    }
    i += size;
  }
  Splitter splitter(text);
  splitter.skip_blanks();
  if (splitter.column() > text.size()) return {};
  if (text[splitter.column() - 1] == '#') {
    if (mentions_card_number(text, 13)) return clear_number(splitter.column());
    return {};
  }
  auto value = splitter.next();
  if (const auto* fault = std::get_if<ListFault>(&value)) return *fault;
  auto& part = std::get<Part>(value);
  if (auto fault = fault_in_value(part, kind)) return std::move(*fault);

  ListEntry entry;
  entry.value = std::move(part.text);
  entry.line = line;
  entry.column = part.column;
  while (!splitter.at_end()) {
    splitter.skip_blanks();
    const auto key_column = splitter.column();
    const auto key = splitter.key();
    auto option = splitter.next();
    if (const auto* fault = std::get_if<ListFault>(&option)) return *fault;
    if (auto fault = read_option(key.value_or(""), key_column, std::get<Part>(option), entry)) {
      return std::move(*fault);
    }
  }
  return entry;
}

}  // namespace assay::rules
