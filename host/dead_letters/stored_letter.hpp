// A dead letter as it is read back, and the note that says that it was dealt with.
//
// A topic cannot lose a single record, so what is done with is told by a second record: a
// resolution, in the same partition, that names the letter it is about. A letter that is written
// after it, because the record failed again, is open again.
//
// Thread: any; plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "host/kafka/dead_letter.hpp"
#include "host/kafka/log_record.hpp"

namespace assay::host {

/// What a letter is about: a record of the source, and the step that could not take it. Empty step:
/// it did not decode. A record that was read again before its commit may have several letters.
struct LetterSubject {
  std::string topic{};
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string step{};
  friend auto operator<=>(const LetterSubject&, const LetterSubject&) = default;
};

/// Where a letter itself stands: partition and offset of its topic, or 0 and the byte in its file.
struct LetterPlace {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  friend auto operator<=>(const LetterPlace&, const LetterPlace&) = default;
};

struct StoredLetter {
  LetterSubject subject{};
  LetterPlace place{};
  std::string error_class{};
  std::string code{};
  std::string words{};
  std::string attempts{};
  std::int64_t first_at = 0;     // of the failure, nanoseconds since 1970
  std::int64_t record_time = 0;  // of the record in the source, nanoseconds since 1970; 0: unknown
  std::int64_t redriven = 0;     // how often the record had been redriven before
  std::string engine_version{};
  std::string config_hash{};
  std::string payload_hmac{};
  std::string key{};
  std::string value{};
  RecordHeaders own{};  // the record's own headers, masked
};

struct Resolution {
  enum class How : std::uint8_t { redriven, dropped };

  How how = How::dropped;
  LetterSubject subject{};
  LetterPlace through{};  // letters of that partition up to here are done with
  std::int64_t at = 0;    // nanoseconds since 1970
  std::int64_t attempt = 0;
  std::optional<LetterPlace> to{};  // where the record stands anew in its topic
  std::string note{};               // a person's own words
};

[[nodiscard]] const char* to_string(Resolution::How how);

using StoredNote = std::variant<std::monostate, StoredLetter, Resolution>;

/// What a record of the dead letters' topic is; nothing where somebody else wrote it.
[[nodiscard]] StoredNote read_note(LogRecord record);

/// The headers that make a record a resolution, and a line for people who look with other tools.
[[nodiscard]] RecordHeaders resolution_headers(const Resolution& resolution);
[[nodiscard]] std::string resolution_words(const Resolution& resolution);

}  // namespace assay::host
