#include "host/diagnostics/credentials.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace assay::host {
namespace {

bool is_name(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '.' ||
         letter == '-';
}

bool ends_url(char letter) {
  return static_cast<unsigned char>(letter) <= ' ' || letter == '"' || letter == '\'' ||
         letter == '`' || letter == '<' || letter == '>';
}

void cover(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) text[i] = '*';
}

// A password may hold whatever the standard says it must escape: the last @ ends it.
void cover_user_info(std::string& text) {
  for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && !ends_url(text[begin - 1])) --begin;
    const auto scheme = text.find("://", begin);
    if (scheme < at) begin = scheme + 3;
    const auto colon = text.find(':', begin);
    if (colon < at) cover(text, colon + 1, at);
  }
}

std::size_t value_end(const std::string& text, std::size_t begin) {
  const char first = begin < text.size() ? text[begin] : '\0';
  if (first == '"' || first == '\'') {
    const auto end = text.find(first, begin + 1);
    return end == std::string::npos ? text.size() : end;
  }
  std::size_t end = begin;
  while (end < text.size() && !ends_url(text[end]) && text[end] != ';' && text[end] != '&') ++end;
  return end;
}

void cover_parameters(std::string& text) {
  for (std::size_t at = text.find('='); at != std::string::npos; at = text.find('=', at + 1)) {
    std::size_t end = at;
    while (end > 0 && text[end - 1] == ' ') --end;
    std::size_t begin = end;
    while (begin > 0 && is_name(text[begin - 1])) --begin;
    if (!tells_of_secret(std::string_view(text).substr(begin, end - begin))) continue;
    std::size_t value = at + 1;
    while (value < text.size() && text[value] == ' ') ++value;
    // A comparison in an expression.
    if (value < text.size() && text[value] == '=') continue;
    const std::size_t last = value_end(text, value);
    const bool quoted = value < text.size() && (text[value] == '"' || text[value] == '\'');
    cover(text, value + (quoted ? 1 : 0), last);
    at = std::max(at, last > 0 ? last - 1 : 0);
  }
}

}  // namespace

bool tells_of_secret(std::string_view name) {
  constexpr std::array<std::string_view, 10> words{"password",   "passphrase", "passwd",  "pwd",
                                                   "secret",     "token",      "api_key", "api-key",
                                                   "credential", "private_key"};
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return std::ranges::any_of(
      words, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string without_credentials(std::string text) {
  cover_user_info(text);
  cover_parameters(text);
  return text;
}

}  // namespace assay::host
