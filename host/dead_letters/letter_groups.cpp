#include "host/dead_letters/letter_groups.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "host/dead_letters/letter_filter.hpp"

namespace assay::host {

std::string without_numbers(std::string_view words) {
  std::string text;
  bool inside = false;
  for (const char letter : words) {
    const bool digit = letter >= '0' && letter <= '9';
    if (!digit) text += letter;
    if (digit && !inside) text += '#';
    inside = digit;
  }
  return text;
}

std::vector<LetterGroup> group_letters(const std::vector<LetterCase>& cases) {
  std::map<std::tuple<std::string, std::string, std::string>, LetterGroup> groups;
  for (const auto& one : cases) {
    const auto& letter = one.letter;
    auto alike = without_numbers(letter.words);
    auto& group = groups[{step_name(letter.subject), letter.code, alike}];
    if (group.count == 0) {
      group.step = step_name(letter.subject);
      group.code = letter.code;
      group.reason = letter.words;
      group.oldest = letter.first_at;
    } else if (group.reason != letter.words) {
      group.reason = std::move(alike);
    }
    ++group.count;
    group.open += one.open ? 1 : 0;
    group.oldest = std::min(group.oldest, letter.first_at);
    if (letter.first_at >= group.newest) {
      group.newest = letter.first_at;
      group.example = letter.subject;
    }
    const auto at = std::ranges::lower_bound(group.partitions, letter.subject.partition);
    if (at == group.partitions.end() || *at != letter.subject.partition) {
      group.partitions.insert(at, letter.subject.partition);
    }
  }
  std::vector<LetterGroup> list;
  list.reserve(groups.size());
  for (auto& [key, group] : groups) list.push_back(std::move(group));
  std::ranges::stable_sort(list, std::ranges::greater{}, &LetterGroup::count);
  return list;
}

}  // namespace assay::host
