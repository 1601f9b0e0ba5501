#include "core/features/nearest_word.hpp"

#include <algorithm>
#include <vector>

namespace assay::core {
namespace {

constexpr std::size_t kLongest = 128;  // the bound keeps hostile input cheap

// Insert, delete, replace, swap of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

}  // namespace

std::string did_you_mean_word(std::string_view word, std::span<const std::string> known) {
  if (word.empty() || word.size() > kLongest) return {};
  const auto wanted = lower(word);
  auto best = std::clamp<std::size_t>(word.size() / 3, 1, 3) + 1;
  const std::string* found = nullptr;
  for (const auto& candidate : known) {
    if (candidate.size() > kLongest) continue;
    const auto edits = distance(wanted, lower(candidate));
    if (edits < best) {
      best = edits;
      found = &candidate;
    }
  }
  return found ? "did you mean `" + *found + "`?" : std::string();
}

}  // namespace assay::core
