#include "core/features/declaration.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/model/nearest.hpp"

namespace assay::core {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct Unit {
  char letter;
  std::int64_t nanoseconds;
};
constexpr std::array<Unit, 4> kUnits{
    {{'d', 86'400 * kSecond}, {'h', 3'600 * kSecond}, {'m', 60 * kSecond}, {'s', kSecond}}};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

// A word, a number with what sticks to it, or one other character.
struct Piece {
  std::string_view text;
  std::size_t offset = 0;
  bool word() const { return !text.empty() && is_letter(text.front()); }
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) { next(); }

  tl::expected<FeatureDeclaration, FeatureFault> read() {
    if (text_.size() > kLongestFeature) {
      return refuse({text_.substr(0, 1), 0}, "the feature is longer than 4096 bytes");
    }
    FeatureDeclaration declared;
    for (const auto part : {&Reader::aggregate, &Reader::arguments, &Reader::keys, &Reader::window,
                            &Reader::predicate}) {
      if (auto fault = (this->*part)(declared)) return tl::unexpected(std::move(*fault));
    }
    return declared;
  }

 private:
  using Fault = std::optional<FeatureFault>;

  void next() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    const auto begin = at_;
    if (at_ < text_.size()) {
      const auto first = text_[at_++];
      if (is_letter(first) || is_digit(first)) {
        while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]) ||
                                      (text_[at_] == '.' && is_letter(first)))) {
          ++at_;
        }
      } else {
        // All bytes of one UTF-8 character.
        while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xc0) == 0x80) ++at_;
      }
    }
    piece_ = {text_.substr(begin, at_ - begin), begin};
  }

  static tl::unexpected<FeatureFault> refuse(Piece at, std::string message, std::string note = {},
                                             std::string help = {}) {
    return tl::unexpected(FeatureFault{at.offset, at.text.size(), std::move(message),
                                       std::move(note), std::move(help)});
  }
  static Fault fault(Piece at, std::string message, std::string note = {}, std::string help = {}) {
    return refuse(at, std::move(message), std::move(note), std::move(help)).value();
  }
  Fault expected(const std::string& what, std::string note, std::string help = {}) const {
    const auto found = piece_.text.empty() ? "the feature ends" : quoted(piece_.text) + " stands";
    return fault(piece_, found + " where " + what + " is expected", std::move(note),
                 std::move(help));
  }

  Fault aggregate(FeatureDeclaration& declared) {
    std::vector<std::string> names;
    std::string all;
    for (const auto& known : kAggregates) {
      if (known.name == piece_.text) {
        declared.aggregate = known.aggregate;
        next();
        return std::nullopt;
      }
      names.emplace_back(known.name);
      all += (all.empty() ? "" : ", ") + names.back();
    }
    if (!piece_.word()) return expected("an aggregate", "aggregates: " + all);
    return fault(piece_, quoted(piece_.text) + " is not an aggregate", "aggregates: " + all,
                 did_you_mean(piece_.text, names));
  }

  Fault arguments(FeatureDeclaration& declared) {
    const auto& what = info(declared.aggregate);
    const auto form = "as in " + quoted(what.signature);
    if (piece_.text != "(") return expected("`(`", form);
    const auto open = piece_;
    next();
    while (piece_.text != ")") {
      if (!declared.arguments.empty()) {
        if (piece_.text != ",") return expected("`,` or `)`", form);
        next();
      }
      if (!piece_.word()) return expected("a field", form);
      declared.arguments.push_back({std::string(piece_.text), piece_.offset});
      next();
    }
    const auto close = piece_;
    next();
    if (declared.arguments.size() == what.arguments) return std::nullopt;
    const Piece all{text_.substr(open.offset, close.offset + 1 - open.offset), open.offset};
    const auto count = [](std::size_t n) {
      return n == 0   ? std::string("no field")
             : n == 1 ? "one field"
                      : std::to_string(n) + " fields";
    };
    return fault(all,
                 quoted(what.name) + " takes " + count(what.arguments) + " and has " +
                     count(declared.arguments.size()),
                 form);
  }

  Fault keys(FeatureDeclaration& declared) {
    if (piece_.text == "of") {
      next();
      return fault(piece_, "features of labels come with a later release",
                   "a feature looks at transactions",
                   "leave `of " + std::string(piece_.text) + "` out");
    }
    if (piece_.text != "by") {
      static const std::vector<std::string> kWords{"by"};
      return expected("`by`", "a feature is kept by a key, as in `count() by card`",
                      did_you_mean(piece_.text, kWords));
    }
    do {
      next();
      if (!piece_.word() || is_keyword(piece_.text)) {
        return expected("a key", "a key is a field, as in `by card` or `by card, merchant`");
      }
      const auto same = [&](const auto& key) { return key.text == piece_.text; };
      if (std::any_of(declared.keys.begin(), declared.keys.end(), same)) {
        return fault(piece_, "the key " + quoted(piece_.text) + " is named twice", {},
                     "name each key once");
      }
      if (declared.keys.size() == kMostKeys) return fault(piece_, "a feature has at most 8 keys");
      declared.keys.push_back({std::string(piece_.text), piece_.offset});
      next();
    } while (piece_.text == ",");
    return std::nullopt;
  }

  Fault window(FeatureDeclaration& declared) {
    if (piece_.text != "over") return std::nullopt;
    const auto& what = info(declared.aggregate);
    const auto over = piece_;
    if (!what.window) {
      return fault(over, quoted(what.name) + " has no window",
                   "it looks at everything that is remembered of the key", "leave `over` out");
    }
    next();
    if (piece_.word()) {
      if (piece_.text != "previous") {
        static const std::vector<std::string> kWords{"previous"};
        return expected("a window", "a window is a number and a unit, as in `over 10m`",
                        did_you_mean(piece_.text, kWords));
      }
      if (!what.previous) {
        return fault(piece_, quoted(what.name) + " leaves the current transaction out by itself",
                     {}, "write `over` and the window, without `previous`");
      }
      declared.previous = true;
      next();
    }
    if (piece_.text.empty() || !is_digit(piece_.text.front())) {
      return expected("a window", "a window is a number and a unit, as in `over 10m`");
    }
    auto fault = duration(declared.window);
    next();
    return fault;
  }

  Fault duration(std::int64_t& window) const {
    const auto digits = static_cast<std::size_t>(
        std::find_if_not(piece_.text.begin(), piece_.text.end(), is_digit) - piece_.text.begin());
    const auto unit = piece_.text.substr(digits);
    const auto known = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& one) {
      return unit == std::string_view(&one.letter, 1);
    });
    if (known == kUnits.end()) {
      const auto words = unit.empty() ? quoted(piece_.text) + " has no unit"
                                      : quoted(unit) + " is not a unit of a window";
      const auto near = unit.empty() ? std::string() : std::string(1, unit.front());
      const auto meant = near.find_first_of("smhdSMHD") == 0 && unit.substr(0, 2) != "ms" &&
                                 !std::any_of(unit.begin(), unit.end(), is_digit)
                             ? "did you mean `" + std::string(piece_.text.substr(0, digits)) +
                                   std::string(1, static_cast<char>(near[0] | 0x20)) + "`?"
                             : std::string();
      return fault(piece_, words, "units are s, m, h and d, as in `90s`, `10m`, `24h`, `30d`",
                   meant);
    }
    std::int64_t count = 0;
    const auto most = kLongestWindow / known->nanoseconds;
    for (const auto digit : piece_.text.substr(0, digits)) {
      count = std::min(most + 1, count * 10 + (digit - '0'));
    }
    if (count == 0) {
      return fault(piece_, "a window of " + std::string(piece_.text) + " holds nothing",
                   "a window lasts 1s to 3650d");
    }
    if (count > most) {
      return fault(piece_, "the window " + quoted(piece_.text) + " is longer than ten years",
                   "a window lasts 1s to 3650d");
    }
    window = count * known->nanoseconds;
    return std::nullopt;
  }

  Fault predicate(FeatureDeclaration& declared) {
    if (piece_.text.empty()) return std::nullopt;
    if (piece_.text != "where") {
      static const std::vector<std::string> kWords{"over", "where"};
      return expected(declared.window == 0 ? "`over` or `where`" : "`where`",
                      "aggregate(fields) by key [over [previous] window] [where predicate]",
                      did_you_mean(piece_.text, kWords));
    }
    const auto where = piece_;
    next();
    if (piece_.text.empty()) {
      return fault(where, "`where` has no predicate", "for example: where amount > 100");
    }
    auto rest = text_.substr(piece_.offset);
    while (is_blank(rest.back())) rest.remove_suffix(1);
    declared.where = rest;
    declared.where_offset = piece_.offset;
    return std::nullopt;
  }

  static bool is_keyword(std::string_view word) {
    return word == "by" || word == "over" || word == "where" || word == "of";
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Piece piece_;
};

// Blanks outside of literals become one; those inside stay.
std::string one_blank(std::string_view text) {
  std::string result;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = text[i];
    if (quote != 0) {
      result += c;
      if (c == '\\' && i + 1 < text.size()) {
        result += text[++i];
      } else if (c == quote) {
        quote = 0;
      }
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (!is_blank(c)) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  return result;
}

}  // namespace

tl::expected<FeatureDeclaration, FeatureFault> parse_feature(std::string_view text) {
  return Reader(text).read();
}

std::string window_text(std::int64_t nanoseconds) {
  for (const auto& unit : kUnits) {
    if (nanoseconds % unit.nanoseconds == 0) {
      return std::to_string(nanoseconds / unit.nanoseconds) + unit.letter;
    }
  }
  return std::to_string(nanoseconds) + "ns";
}

std::string canonical_text(const FeatureDeclaration& declaration) {
  std::string text(info(declaration.aggregate).name);
  text += '(';
  for (std::size_t i = 0; i < declaration.arguments.size(); ++i) {
    text += (i == 0 ? "" : ", ") + declaration.arguments[i].text;
  }
  text += ") by ";
  std::vector<std::string> keys;
  for (const auto& key : declaration.keys) keys.push_back(key.text);
  std::sort(keys.begin(), keys.end());
  for (std::size_t i = 0; i < keys.size(); ++i) text += (i == 0 ? "" : ", ") + keys[i];
  if (declaration.window != 0) {
    text += declaration.previous ? " over previous " : " over ";
    text += window_text(declaration.window);
  }
  if (!declaration.where.empty()) text += " where " + one_blank(declaration.where);
  return text;
}

}  // namespace assay::core
