#include "host/dead_letters/stored_letter.hpp"

#include <charconv>
#include <utility>

namespace assay::host {
namespace {

constexpr std::string_view kConnect = "__connect.errors.";
constexpr std::string_view kOurs = "assay.errors.";
constexpr std::string_view kNote = "assay.dlq.";

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

std::optional<LetterSubject> subject_of(const LogRecord& record, std::string_view prefix,
                                        std::string_view step) {
  const auto text = [&](std::string_view name) {
    return record.header(std::string(prefix).append(name));
  };
  const auto partition = number(text("partition"));
  const auto offset = number(text("offset"));
  auto topic = text("topic");
  if (topic.empty() || !partition || !offset) return std::nullopt;
  return LetterSubject{std::move(topic), static_cast<std::int32_t>(*partition), *offset,
                       record.header(step)};
}

std::optional<LetterPlace> place_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  const auto partition = number(text.substr(0, colon));
  const auto offset = number(text.substr(colon + 1));
  if (!partition || !offset) return std::nullopt;
  return LetterPlace{static_cast<std::int32_t>(*partition), *offset};
}

StoredNote read_resolution(const LogRecord& record, const std::string& how) {
  Resolution found;
  if (how == to_string(Resolution::How::redriven)) {
    found.how = Resolution::How::redriven;
  } else if (how != to_string(Resolution::How::dropped)) {
    return std::monostate{};
  }
  const auto subject = subject_of(record, kNote, "assay.dlq.step");
  const auto through = number(record.header("assay.dlq.through"));
  if (!subject || !through) return std::monostate{};
  found.subject = *subject;
  found.through = {record.partition, *through};
  found.at = number(record.header("assay.dlq.at")).value_or(0);
  found.attempt = number(record.header("assay.dlq.attempt")).value_or(0);
  found.to = place_of(record.header("assay.dlq.to"));
  found.note = record.header("assay.dlq.note");
  return found;
}

}  // namespace

const char* to_string(Resolution::How how) {
  return how == Resolution::How::redriven ? "redriven" : "dropped";
}

StoredNote read_note(LogRecord record) {
  if (const auto how = record.header("assay.dlq.resolution"); !how.empty()) {
    return read_resolution(record, how);
  }
  auto subject = subject_of(record, kConnect, "assay.errors.step");
  if (!subject) return std::monostate{};
  const auto ours = [&](std::string_view name) {
    return record.header(std::string(kOurs).append(name));
  };
  StoredLetter letter;
  letter.subject = std::move(*subject);
  letter.place = {record.partition, record.offset};
  letter.error_class = ours("class");
  letter.code = ours("code");
  letter.words = record.header("__connect.errors.exception.message");
  letter.attempts = ours("attempts");
  constexpr std::int64_t kNanosecondsInOne = 1'000'000;
  letter.first_at = number(ours("first_at")).value_or(record.timestamp_ms * kNanosecondsInOne);
  letter.record_time = number(ours("timestamp")).value_or(0);
  letter.redriven = number(ours("redrive_count")).value_or(0);
  letter.engine_version = ours("engine_version");
  letter.config_hash = ours("config_hash");
  letter.payload_hmac = ours("payload_hmac_sha256");
  letter.key = std::move(record.key).value_or("");
  letter.value = std::move(record.value).value_or("");
  for (auto& header : record.headers) {
    const auto& name = header.first;
    if (name.starts_with(kConnect) || name.starts_with(kOurs)) continue;
    letter.own.push_back(std::move(header));
  }
  return letter;
}

RecordHeaders resolution_headers(const Resolution& resolution) {
  RecordHeaders headers;
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) headers.emplace_back(std::string(kNote).append(name), std::move(value));
  };
  const auto& subject = resolution.subject;
  add("resolution", to_string(resolution.how));
  add("topic", subject.topic);
  add("partition", std::to_string(subject.partition));
  add("offset", std::to_string(subject.offset));
  add("step", subject.step);
  add("through", std::to_string(resolution.through.offset));
  add("at", std::to_string(resolution.at));
  if (resolution.attempt > 0) add("attempt", std::to_string(resolution.attempt));
  if (const auto& to = resolution.to) {
    add("to", std::to_string(to->partition) + ":" + std::to_string(to->offset));
  }
  add("note", resolution.note);
  return headers;
}

std::string resolution_words(const Resolution& resolution) {
  const auto& subject = resolution.subject;
  std::string words = "no dead letter: that of " + subject.topic + " " +
                      std::to_string(subject.partition) + ":" + std::to_string(subject.offset) +
                      (subject.step.empty() ? std::string() : ", step " + subject.step) + ", was " +
                      to_string(resolution.how);
  if (const auto& to = resolution.to) {
    words +=
        " and stands anew at " + std::to_string(to->partition) + ":" + std::to_string(to->offset);
  }
  return words;
}

}  // namespace assay::host
