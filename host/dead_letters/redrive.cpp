#include "host/dead_letters/redrive.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "host/dead_letters/kafka_words.hpp"

namespace assay::host {
namespace {

// Records that are held in memory at a time.
constexpr std::size_t kTogether = 500;

std::int64_t wall_clock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

std::vector<Resolution> resolve_all(const LetterCase& one, Resolution how) {
  how.subject = one.letter.subject;
  std::map<std::int32_t, std::int64_t> newest;
  for (const auto& place : one.letters) {
    auto& offset = newest[place.partition];
    offset = std::max(offset, place.offset);
  }
  std::vector<Resolution> all;
  for (const auto& [partition, offset] : newest) {
    how.through = {partition, offset};
    all.push_back(how);
  }
  return all;
}

tl::expected<std::unique_ptr<Redrive>, LetterError> Redrive::open(const Config& config,
                                                                  LoopGuard guard,
                                                                  LetterStore& store) {
  RedriveTerms terms{config.source.topic, {}, guard};
  for (const auto& chain : config.chains) {
    if (chain.kind != ChainConfig::Kind::decision) continue;
    for (const auto& step : chain.steps) terms.steps.push_back(chain.id + "." + step.id);
  }
  std::unique_ptr<Redrive> redrive{new Redrive(std::move(terms), store)};
  redrive->bootstrap_ = config.source.bootstrap;
  redrive->properties_ = config.source.kafka;
  auto reader = TopicReader::open({.bootstrap = config.source.bootstrap,
                                   .group = config.source.group,
                                   .properties = config.source.kafka});
  if (!reader) return tl::unexpected{letter_error(reader.error())};
  redrive->reader_ = std::move(*reader);
  return redrive;
}

tl::expected<void, LetterError> Redrive::run(std::span<const LetterCase> cases, Mode mode,
                                             const Tell& tell) {
  while (!cases.empty()) {
    const auto some = cases.first(std::min(cases.size(), kTogether));
    if (auto done = run_some(some, mode, tell); !done) return done;
    cases = cases.subspan(some.size());
  }
  return {};
}

tl::expected<void, LetterError> Redrive::run_some(std::span<const LetterCase> cases, Mode mode,
                                                  const Tell& tell) {
  const auto ready = look_up(cases, tell);
  if (!ready) return tl::unexpected{ready.error()};
  if (mode == Mode::write) return write(*ready, tell);
  for (const auto& one : *ready) tell({one.one->letter.subject, one.attempt, {}, {}});
  return {};
}

tl::expected<std::vector<Redrive::Ready>, LetterError> Redrive::look_up(
    std::span<const LetterCase> cases, const Tell& tell) {
  const auto extents = reader_->extents(terms_.topic);
  if (!extents) return tl::unexpected{letter_error(extents.error())};
  std::map<std::int32_t, std::vector<const LetterCase*>> by_partition;
  const auto refuse = [&](const LetterCase& one, std::string why) {
    tell({one.letter.subject, 0, std::move(why), {}});
  };
  for (const auto& one : cases) {
    if (const auto may = may_redrive(one.letter, terms_); !may) {
      refuse(one, may.error());
    } else {
      by_partition[one.letter.subject.partition].push_back(&one);
    }
  }
  std::vector<Ready> ready;
  for (const auto& [partition, wanted] : by_partition) {
    const auto extent = std::ranges::find(*extents, partition, &PartitionExtent::partition);
    std::vector<std::int64_t> offsets;  // each once: several steps may have refused one record
    for (const auto* one : wanted) offsets.push_back(one->letter.subject.offset);
    std::ranges::sort(offsets);
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    std::vector<std::optional<LogRecord>> found(offsets.size());
    std::optional<PartitionExtent> there;
    if (extent != extents->end()) {
      there = *extent;
      auto read = reader_->read_at(terms_.topic, *extent, offsets);
      if (!read) return tl::unexpected{letter_error(read.error())};
      found = std::move(*read);
    }
    for (const auto* one : wanted) {
      const auto at = std::ranges::lower_bound(offsets, one->letter.subject.offset);
      auto record = redriven_record(one->letter, terms_, there,
                                    found[static_cast<std::size_t>(at - offsets.begin())]);
      if (!record) {
        refuse(*one, std::move(record.error()));
        continue;
      }
      const auto mark = read_redrive_mark(record->headers);
      ready.push_back({one, std::move(*record), mark ? mark->attempt : 1});
    }
  }
  return ready;
}

tl::expected<void, LetterError> Redrive::write(const std::vector<Ready>& ready, const Tell& tell) {
  if (ready.empty()) return {};
  if (!writer_) {
    auto writer = RecordWriter::open(bootstrap_, properties_);
    if (!writer) return tl::unexpected{letter_error(writer.error())};
    writer_ = std::move(*writer);
  }
  std::vector<LogRecord> records;
  records.reserve(ready.size());
  for (const auto& one : ready) records.push_back(one.record);
  const auto written = writer_->write(terms_.topic, records);
  std::vector<Resolution> resolutions;
  std::vector<RedriveOutcome> outcomes;
  std::optional<LetterError> failure;
  for (std::size_t i = 0; i < ready.size(); ++i) {
    const auto& letter = ready[i].one->letter;
    if (!written[i]) {
      failure = letter_error(written[i].error());
      failure->words = "topic " + terms_.topic + " does not take the record of " +
                       std::to_string(letter.subject.partition) + ":" +
                       std::to_string(letter.subject.offset) + ": " + failure->words;
      outcomes.push_back({letter.subject, 0, failure->words, {}});
      continue;
    }
    const LetterPlace to{letter.subject.partition, *written[i]};
    Resolution how;
    how.how = Resolution::How::redriven;
    how.at = wall_clock();
    how.attempt = ready[i].attempt;
    how.to = to;
    for (auto& one : resolve_all(*ready[i].one, std::move(how))) {
      resolutions.push_back(std::move(one));
    }
    outcomes.push_back({letter.subject, ready[i].attempt, {}, to});
  }
  if (auto put = store_->put(resolutions); !put) {
    put.error().words += "; the records stand in " + terms_.topic +
                         " all the same, and their letters are still "
                         "open: put back again, they count as repeats";
    return put;
  }
  for (auto& outcome : outcomes) tell(std::move(outcome));
  if (failure && failure->kind == LetterError::Kind::unreachable) return tl::unexpected{*failure};
  return {};
}

}  // namespace assay::host
