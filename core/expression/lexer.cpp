#include "core/expression/lexer.hpp"

#include <array>
#include <optional>

namespace assay::core::expression {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool begins_name(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool in_name(char c) { return begins_name(c) || is_digit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  tl::expected<std::vector<Lexeme>, Fault> all() {
    std::vector<Lexeme> found;
    for (skip(); at_ < text_.size(); skip()) {
      const auto begin = at_;
      const auto sort = next();
      if (!sort) return tl::unexpected(sort.error());
      found.push_back({*sort, static_cast<std::uint32_t>(begin), text_.substr(begin, at_ - begin)});
    }
    found.push_back({Lexeme::Sort::end, static_cast<std::uint32_t>(text_.size()), {}});
    return found;
  }

 private:
  using Sort = Lexeme::Sort;
  using Result = tl::expected<Sort, Fault>;

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool sees(std::string_view wanted) const { return text_.substr(at_).starts_with(wanted); }

  void skip() {
    for (; at_ < text_.size(); ++at_) {
      if (sees("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      } else if (std::string_view(" \t\n\r\f").find(text_[at_]) == std::string_view::npos) {
        return;
      }
    }
  }

  Result next() {
    if (const auto prefix = quote_after()) return letters(*prefix);
    if (begins_name(peek())) {
      while (in_name(peek())) ++at_;
      return Sort::name;
    }
    if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) return number();
    return sign();
  }

  // How many letters stand before a quotation mark that opens here: r'...', b'...', br'...'.
  std::optional<std::size_t> quote_after() const {
    std::size_t ahead = 0;
    if (peek(ahead) == 'b' || peek(ahead) == 'B') ++ahead;
    if (peek(ahead) == 'r' || peek(ahead) == 'R') ++ahead;
    if (peek(ahead) != '\'' && peek(ahead) != '"') return std::nullopt;
    return ahead;
  }

  Result letters(std::size_t prefix) {
    const auto begin = at_;
    const bool raw = prefix > 0 && (peek(prefix - 1) == 'r' || peek(prefix - 1) == 'R');
    at_ += prefix;
    const char mark = peek();
    const std::array<char, 3> three{mark, mark, mark};
    const bool triple = sees({three.data(), 3});
    const std::string_view close(three.data(), triple ? 3 : 1);
    at_ += close.size();
    for (; at_ < text_.size(); ++at_) {
      if (sees(close)) {
        at_ += close.size();
        return Sort::letters;
      }
      if (!triple && (peek() == '\n' || peek() == '\r')) break;
      if (peek() == '\\' && !raw) ++at_;
    }
    return fault(begin, 1, "the text that begins here has no end",
                 "close it with " + std::string(close));
  }

  Result number() {
    const auto begin = at_;
    Sort sort = Sort::whole;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      at_ += 2;
      while (is_hex(peek())) ++at_;
    } else {
      while (is_digit(peek())) ++at_;
      if (peek() == '.' && is_digit(peek(1))) {
        sort = Sort::fraction;
        for (++at_; is_digit(peek());) ++at_;
      }
      const bool with_sign = peek(1) == '+' || peek(1) == '-';
      if ((peek() == 'e' || peek() == 'E') && is_digit(peek(with_sign ? 2 : 1))) {
        sort = Sort::fraction;
        for (at_ += with_sign ? 2 : 1; is_digit(peek());) ++at_;
      }
    }
    if (sort == Sort::whole && (peek() == 'u' || peek() == 'U')) ++at_;
    if (!in_name(peek())) return sort;
    while (in_name(peek())) ++at_;
    return fault(
        begin, at_ - begin,
        "`" + std::string(text_.substr(begin, at_ - begin)) + "` is neither a number nor a name",
        "a name begins with a letter; a duration is written duration(\"10m\")");
  }

  Result sign() {
    for (const std::string_view two : {"==", "!=", "<=", ">=", "&&", "||"}) {
      if (!sees(two)) continue;
      at_ += 2;
      return Sort::sign;
    }
    if (std::string_view("+-*/%!<>()[]{}.,?:").find(peek()) != std::string_view::npos) {
      ++at_;
      return Sort::sign;
    }
    const std::string help = peek() == '='   ? "compare with =="
                             : peek() == '&' ? "`and` is written &&"
                             : peek() == '|' ? "`or` is written ||"
                                             : "";
    // A character of several bytes is shown whole.
    std::size_t size = 1;
    while ((static_cast<unsigned char>(peek(size)) & 0xC0) == 0x80) ++size;
    return fault(at_, size, "`" + std::string(text_.substr(at_, size)) + "` means nothing here",
                 help);
  }

  static Result fault(std::size_t offset, std::size_t length, std::string message,
                      std::string help) {
    return tl::unexpected(Fault{static_cast<std::uint32_t>(offset),
                                static_cast<std::uint32_t>(length), std::move(message), "",
                                std::move(help)});
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

tl::expected<std::vector<Lexeme>, Fault> lexemes(std::string_view text) {
  return Lexer(text).all();
}

}  // namespace assay::core::expression
