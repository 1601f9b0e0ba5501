#include "host/names/substitution.hpp"

#include <algorithm>
#include <cctype>

#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

constexpr std::string_view kPrefix = "parameters.";

bool is_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

// Behind the closing quote, or the end where none closes.
std::size_t behind_quote(std::string_view text, std::size_t open) {
  for (auto at = open + 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == text[open]) {
      return at + 1;
    }
  }
  return text.size();
}

std::size_t behind_word(std::string_view text, std::size_t begin) {
  auto end = begin;
  while (end < text.size() && is_word(text[end])) ++end;
  return end;
}

}  // namespace

tl::expected<Substitution, Substitution::Fault> Substitution::of(std::string_view written,
                                                                 Kind kind,
                                                                 const Parameters& parameters) {
  Substitution result;
  auto place = kind == Kind::feature ? LiteralPlace::window : LiteralPlace::expression;
  std::size_t taken = 0;  // what lies before is in the result
  const auto take = [&](std::size_t end, std::string_view text, bool replaced) {
    if (end == taken) return;
    result.pieces_.push_back({result.text_.size(), text.size(), {taken, end - taken}, replaced});
    result.text_ += text;
    taken = end;
  };
  for (std::size_t at = 0; at < written.size();) {
    if (written[at] == '"' || written[at] == '\'') {
      at = behind_quote(written, at);
      continue;
    }
    if (!is_word(written[at])) {
      ++at;
      continue;
    }
    const auto end = behind_word(written, at);
    const bool member = at > 0 && written[at - 1] == '.';
    if (written.substr(at, end - at) == "where") place = LiteralPlace::expression;
    if (member || !written.substr(at).starts_with(kPrefix)) {
      at = end;
      continue;
    }
    const auto name_begin = at + kPrefix.size();
    const auto name_end = behind_word(written, name_begin);
    const auto name = written.substr(name_begin, name_end - name_begin);
    const auto literal = parameters.literal(name, place);
    if (!literal) {
      return tl::unexpected(
          Fault{{at, name_end - at}, literal.error(), did_you_mean(name, parameters.names())});
    }
    take(at, written.substr(taken, at - taken), false);
    take(name_end, *literal, true);
    at = name_end;
  }
  take(written.size(), written.substr(taken), false);
  return result;
}

std::size_t Substitution::begin_of(std::size_t filled) const {
  for (const auto& piece : pieces_) {
    if (filled >= piece.filled + piece.filled_length) continue;
    return piece.written.offset + (piece.replaced ? 0 : filled - piece.filled);
  }
  return pieces_.empty() ? 0 : pieces_.back().written.offset + pieces_.back().written.length;
}

Substitution::Range Substitution::written(Range filled) const {
  const auto begin = begin_of(filled.offset);
  auto end = begin;
  for (const auto& piece : pieces_) {
    if (piece.filled >= filled.offset + filled.length) break;
    const auto inside = std::min(filled.offset + filled.length - piece.filled, piece.filled_length);
    end = std::max(end, piece.written.offset + (piece.replaced ? piece.written.length : inside));
  }
  return {begin, end - begin};
}

}  // namespace assay::host
