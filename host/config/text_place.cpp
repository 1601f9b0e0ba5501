#include "host/config/text_place.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace assay::host {
namespace {

// Bytes that the letter at the front takes in the file; 0 where the value's letter is not told by
// them alone.
std::size_t written_length(std::string_view rest, char quote) {
  if (rest.empty()) return 0;
  if (quote == '\'') return rest.starts_with("''") ? 2 : 1;
  if (quote == '"' && rest.front() == '\\') {
    return rest.size() > 1 && (rest[1] == '"' || rest[1] == '\\') ? 2 : 0;
  }
  return 1;
}

// Where the value's letter `offset` stands behind the scalar's begin.
std::optional<std::size_t> written_offset(std::string_view rest, const std::string& value,
                                          std::size_t offset) {
  const char first = rest.empty() ? '\0' : rest.front();
  const char quote = first == '"' || first == '\'' ? first : '\0';
  std::size_t at = quote == '\0' ? 0 : 1;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i == offset) return at;
    const auto length = written_length(rest.substr(std::min(at, rest.size())), quote);
    // What is written ends in the value's letter, or the scalar goes on elsewhere.
    if (length == 0 || rest[at + length - 1] != value[i]) return std::nullopt;
    at += length;
  }
  return at;
}

}  // namespace

Span place_in(const Node& scalar, std::size_t offset, std::size_t length) {
  Span place = scalar.span;
  if (!place.source || place.column == 0 || !scalar.written.empty()) return place;
  const auto line = place.source->line(place.line);
  const auto rest = line.substr(std::min<std::size_t>(place.column - 1, line.size()));
  offset = std::min(offset, scalar.text.size());
  length = std::min(length, scalar.text.size() - offset);
  const auto from = written_offset(rest, scalar.text, offset);
  const auto to = written_offset(rest, scalar.text, offset + length);
  // A value that goes on in a further line is told from one that does not by its last letter.
  if (!from || !to || !written_offset(rest, scalar.text, scalar.text.size())) return place;
  place.column += static_cast<std::uint32_t>(*from);
  place.length = std::max<std::uint32_t>(static_cast<std::uint32_t>(*to - *from), 1);
  return place;
}

}  // namespace assay::host
