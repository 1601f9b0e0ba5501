#include "host/dead_letters/redrive_check.hpp"

#include <algorithm>
#include <utility>

namespace assay::host {
namespace {

constexpr std::int64_t kNanosecondsInOne = 1'000'000;  // millisecond

std::string gone(const StoredLetter& letter, const std::optional<PartitionExtent>& extent) {
  const auto place =
      std::to_string(letter.subject.partition) + ":" + std::to_string(letter.subject.offset);
  std::string why = "its record is no longer in " + letter.subject.topic;
  if (!extent) {
    why += ": the topic has no partition " + std::to_string(letter.subject.partition);
  } else if (letter.subject.offset < extent->low) {
    why += ": partition " + std::to_string(extent->partition) + " begins at " +
           std::to_string(extent->low) + " by now";
  } else if (letter.subject.offset >= extent->high) {
    why += ": partition " + std::to_string(extent->partition) + " ends at " +
           std::to_string(extent->high) + ", so the topic was made anew";
  } else {
    why += ": nothing stands at " + place + ", it was compacted away";
  }
  return why + "; send it again from where it came, then `assay dlq drop --position " + place + "`";
}

}  // namespace

tl::expected<void, std::string> may_redrive(const StoredLetter& letter, const RedriveTerms& terms) {
  const auto& subject = letter.subject;
  if (subject.topic != terms.topic) {
    return tl::unexpected{"it came from " + subject.topic + " and not from `source.topic` (" +
                          terms.topic +
                          "): an old record of a holder would undo a newer one; send it again "
                          "from where it came, then drop the letter"};
  }
  if (!subject.step.empty() && std::ranges::find(terms.steps, subject.step) == terms.steps.end()) {
    return tl::unexpected{
        "the configuration has no step " + subject.step +
        " any more, so nobody would get it; restore the step, or drop the letter"};
  }
  return {};
}

tl::expected<LogRecord, std::string> redriven_record(const StoredLetter& letter,
                                                     const RedriveTerms& terms,
                                                     const std::optional<PartitionExtent>& extent,
                                                     std::optional<LogRecord> found) {
  if (!found) return tl::unexpected{gone(letter, extent)};
  if (letter.record_time > 0 && found->timestamp_ms >= 0 &&
      letter.record_time / kNanosecondsInOne != found->timestamp_ms) {
    return tl::unexpected{"another record stands at its place, with another time: the topic " +
                          letter.subject.topic + " was made anew; drop the letter"};
  }
  RedriveMark mark{0, letter.subject.partition, letter.subject.offset, {}};
  if (auto before = read_redrive_mark(found->headers)) mark = std::move(*before);
  if (mark.attempt >= kMostRedrives && terms.guard == LoopGuard::on) {
    return tl::unexpected{"it was redriven " + std::to_string(mark.attempt) +
                          " times and failed each time; mend the cause, then give --force"};
  }
  ++mark.attempt;
  mark.step = letter.subject.step;
  found->headers = with_redrive_mark(std::move(found->headers), mark);
  return std::move(*found);
}

}  // namespace assay::host
