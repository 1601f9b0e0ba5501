#include "host/dead_letters/letter_filter.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/decode/timestamp.hpp"
#include "host/config/values.hpp"

namespace assay::host {
namespace {

template <class Number>
bool read_whole(std::string_view text, Number& number) {
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc{} && read.ptr == end && number >= 0;
}

bool stands_at(const LetterSubject& subject, const LetterPosition& position) {
  return (position.topic.empty() || position.topic == subject.topic) &&
         position.partition == subject.partition && position.offset == subject.offset;
}

}  // namespace

tl::expected<LetterPosition, std::string> parse_position(std::string_view text) {
  const auto wrong = [&] {
    return tl::unexpected{"`" + std::string(text) +
                          "` is no position: expected PARTITION:OFFSET, or TOPIC:PARTITION:OFFSET, "
                          "as `assay dlq ls --each` prints it"};
  };
  LetterPosition position;
  const auto last = text.rfind(':');
  if (last == text.npos || !read_whole(text.substr(last + 1), position.offset)) return wrong();
  auto rest = text.substr(0, last);
  if (const auto colon = rest.rfind(':'); colon != rest.npos) {
    if (colon == 0) return wrong();
    position.topic = rest.substr(0, colon);
    rest = rest.substr(colon + 1);
  }
  if (!read_whole(rest, position.partition)) return wrong();
  return position;
}

tl::expected<std::int64_t, std::string> parse_since(std::string_view text, std::int64_t now) {
  if (const auto ago = parse_duration(text)) return now - *ago;
  const auto time = core::parse_iso_time(text);
  if (time.error == core::NumberError::ok) return time.units;
  return tl::unexpected{"`" + std::string(text) +
                        "` is no time: expected how long ago (2h, 7d), or a time with its zone "
                        "(2026-11-26T12:00:00Z)"};
}

std::string step_name(const LetterSubject& subject) {
  return subject.step.empty() ? std::string(kDecodeStep) : subject.step;
}

bool LetterFilter::takes(const LetterCase& one) const {
  const auto& letter = one.letter;
  if (state != State::all && one.open != (state == State::open)) return false;
  if (!step.empty() && step_name(letter.subject) != step) return false;
  if (!code.empty() && letter.code != code) return false;
  if (!reason.empty() && letter.words.find(reason) == std::string::npos) return false;
  if (!topic.empty() && letter.subject.topic != topic) return false;
  if (since && letter.first_at < *since) return false;
  return positions.empty() || std::ranges::any_of(positions, [&](const LetterPosition& position) {
           return stands_at(letter.subject, position);
         });
}

}  // namespace assay::host
