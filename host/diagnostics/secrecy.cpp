#include "host/diagnostics/secrecy.hpp"

#include <algorithm>

namespace assay::host {
namespace {

// What gives a line of YAML its shape, and by itself tells nothing.
bool is_shape(char letter) {
  return std::string_view(" \t{}[],:-\"'#|>").find(letter) != std::string_view::npos;
}

template <typename Ranges, typename Then>
void each_letter(const Ranges& by_line, std::uint32_t line, std::size_t size, Then then) {
  const auto found = by_line.find(line);
  if (found == by_line.end()) return;
  for (const auto& range : found->second) {
    const std::size_t begin = std::min<std::size_t>(range.column - 1, size);
    const std::size_t end = std::min<std::size_t>(begin + range.length, size);
    for (std::size_t i = begin; i < end; ++i) then(i);
  }
}

}  // namespace

void Secrecy::reveal(std::uint32_t line, std::uint32_t column, std::uint32_t length) {
  if (line > 0 && column > 0) revealed_[line].push_back({column, length});
}

void Secrecy::cover(std::uint32_t line, std::uint32_t column, std::uint32_t length) {
  if (line > 0 && column > 0) covered_[line].push_back({column, length});
}

std::string Secrecy::shown(std::string_view text, std::uint32_t line) const {
  std::string result(text);
  if (guarded_) {
    std::ranges::replace_if(
        result, [](char letter) { return !is_shape(letter); }, '*');
    each_letter(revealed_, line, text.size(), [&](std::size_t i) { result[i] = text[i]; });
  }
  each_letter(covered_, line, text.size(), [&](std::size_t i) { result[i] = '*'; });
  return result;
}

}  // namespace assay::host
