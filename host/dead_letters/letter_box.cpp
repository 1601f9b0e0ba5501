#include "host/dead_letters/letter_box.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace assay::host {
namespace {

bool is_open(const StoredLetter& letter, const std::vector<Resolution>& resolutions) {
  return std::ranges::none_of(resolutions, [&](const Resolution& one) {
    return one.through.partition == letter.place.partition &&
           one.through.offset >= letter.place.offset;
  });
}

}  // namespace

void LetterBox::add(StoredNote note) {
  if (auto* letter = std::get_if<StoredLetter>(&note)) {
    auto& found = all_[letter->subject];
    found.letters.push_back(std::move(*letter));
  } else if (auto* resolution = std::get_if<Resolution>(&note)) {
    auto& found = all_[resolution->subject];
    found.resolutions.push_back(std::move(*resolution));
  } else {
    ++strangers_;
  }
}

std::vector<LetterCase> LetterBox::cases() && {
  // A letter that a sink's refusal made does not know that its record was put back before; whoever
  // put it back has written down where it stands since.
  std::map<std::tuple<std::string, std::int32_t, std::int64_t>, std::int64_t> put_back;
  for (const auto& [subject, found] : all_) {
    for (const auto& one : found.resolutions) {
      if (one.to) put_back[{subject.topic, one.to->partition, one.to->offset}] = one.attempt;
    }
  }
  std::vector<LetterCase> cases;
  for (auto& [subject, found] : all_) {
    if (found.letters.empty()) continue;  // what it was about is deleted by now
    LetterCase one;
    for (const auto& letter : found.letters) one.letters.push_back(letter.place);
    // Open ones before others, then the newest.
    const auto worth = [&resolutions = found.resolutions](const StoredLetter& letter) {
      return std::pair(is_open(letter, resolutions), letter.first_at);
    };
    auto chosen = std::ranges::max_element(found.letters, {}, worth);
    one.open = is_open(*chosen, found.resolutions);
    one.letter = std::move(*chosen);
    const auto before = put_back.find({subject.topic, subject.partition, subject.offset});
    if (before != put_back.end()) one.letter.redriven = before->second;
    const auto latest = std::ranges::max_element(found.resolutions, {}, &Resolution::at);
    if (latest != found.resolutions.end()) one.resolution = std::move(*latest);
    cases.push_back(std::move(one));
  }
  all_.clear();
  return cases;
}

}  // namespace assay::host
