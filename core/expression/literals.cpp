#include "core/expression/literals.hpp"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "core/expression/utf8.hpp"

namespace assay::core::expression {
namespace {

tl::unexpected<Fault> fault(std::size_t offset, std::size_t length, std::string message,
                            std::string help = {}) {
  return tl::unexpected(Fault{static_cast<std::uint32_t>(offset),
                              static_cast<std::uint32_t>(length), std::move(message), "",
                              std::move(help)});
}

std::optional<std::uint32_t> number_of(std::string_view digits, int base) {
  std::uint32_t value = 0;
  const auto end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value, base);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

// What stands behind a backslash.
class Escapes {
 public:
  Escapes(std::string_view text, bool bytes) : text_(text), bytes_(bytes) {}

  // `at` is the backslash's and moves behind the escape.
  tl::expected<void, Fault> append_to(std::string& to, std::size_t& at) const {
    const std::size_t begin = at;
    const char letter = begin + 1 < text_.size() ? text_[begin + 1] : '\0';
    constexpr std::string_view kLetters = "abfnrtv\\?\"'`";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\?\"'`";
    if (const auto plain = kLetters.find(letter); plain != std::string_view::npos) {
      to += kMeanings[plain];
      at += 2;
      return {};
    }
    const bool octal = letter >= '0' && letter <= '3';
    const std::size_t skipped = octal ? 1 : 2;
    const std::size_t digits = octal                            ? 3
                               : letter == 'x' || letter == 'X' ? 2
                               : letter == 'u' && !bytes_       ? 4
                               : letter == 'U' && !bytes_       ? 8
                                                                : 0;
    if (digits == 0) {
      return fault(begin, 2, "`" + std::string(text_.substr(begin, 2)) + "` is no escape",
                   "a backslash itself is written \\\\, or the text as r\"...\"");
    }
    const auto point = begin + skipped + digits > text_.size()
                           ? std::nullopt
                           : number_of(text_.substr(begin + skipped, digits), octal ? 8 : 16);
    at += skipped + digits;
    const std::string said(text_.substr(begin, skipped + digits));
    if (!point) {
      return fault(begin, said.size(),
                   "`" + said + "` wants " + std::to_string(digits) +
                       (octal ? " octal" : " hexadecimal") + " digits");
    }
    if (bytes_) {
      to += static_cast<char>(*point);
    } else if (!append_code_point(to, *point)) {
      return fault(begin, said.size(), "`" + said + "` is no character of Unicode");
    }
    return {};
  }

 private:
  std::string_view text_;
  bool bytes_;
};

}  // namespace

LiteralResult read_whole(std::string_view text) {
  const bool natural = text.ends_with('u') || text.ends_with('U');
  const bool negative = text.starts_with('-');
  auto digits = text.substr(negative ? 1 : 0);
  if (natural) digits.remove_suffix(1);
  const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
  if (hex) digits.remove_prefix(2);

  std::uint64_t size = 0;
  const auto end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, size, hex ? 16 : 10);
  if (digits.empty() || result.ptr != end) {
    return fault(0, text.size(), "`" + std::string(text) + "` is no number");
  }
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::uint64_t largest =
      natural ? std::numeric_limits<std::uint64_t>::max() : kLargest + (negative ? 1 : 0);
  if (result.ec != std::errc() || size > largest) {
    return fault(0, text.size(), "`" + std::string(text) + "` does not fit 64 bits",
                 natural ? "" : "larger numbers are a uint (12u) or a double (1.2e20)");
  }
  if (natural) {
    if (!negative) return uint64(size);
    return fault(0, text.size(), "a uint is never negative");
  }
  return int64(static_cast<std::int64_t>(negative ? 0 - size : size));
}

LiteralResult read_fraction(std::string_view text) {
  double value = 0;
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec == std::errc::result_out_of_range && result.ptr == end) {
    // Too small is 0 and too large infinite, as IEEE 754 rounds them; from_chars says neither.
    return float64(std::strtod(std::string(text).c_str(), nullptr));
  }
  if (result.ec != std::errc() || result.ptr != end) {
    return fault(0, text.size(), "`" + std::string(text) + "` is no number");
  }
  return float64(value);
}

LiteralResult read_letters(std::string_view text, Constants& constants) {
  const bool bytes = text.front() == 'b' || text.front() == 'B';
  const std::size_t quote = text.find_first_of("'\"");
  const bool raw = quote > (bytes ? 1u : 0u);
  const auto three = std::string(3, text[quote]);
  const bool triple = text.size() >= quote + 6 && text.substr(quote).starts_with(three);
  const std::size_t marks = triple ? 3 : 1;
  const std::size_t end = text.size() - marks;
  const auto inside = text.substr(0, end);

  std::string letters;
  const Escapes escapes(inside, bytes);
  for (std::size_t at = quote + marks; at < end;) {
    if (inside[at] != '\\' || raw) {
      letters += inside[at++];
    } else if (const auto done = escapes.append_to(letters, at); !done) {
      return tl::unexpected(done.error());
    }
  }
  if (!bytes && !is_utf8(letters)) return fault(0, text.size(), "the text is not UTF-8");
  return constants.keep_letters(bytes ? Kind::bytes : Kind::text, std::move(letters));
}

}  // namespace assay::core::expression
