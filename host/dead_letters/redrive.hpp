// Puts the records of dead letters back into the topic they came from, at the partition, with the
// key and the time that they had.
//
// A record is written, then its letter is resolved: a process that dies between the two leaves the
// letter open, and what is written again then is told by the engine as a repeat.
//
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/config/config.hpp"
#include "host/dead_letters/letter_box.hpp"
#include "host/dead_letters/letter_store.hpp"
#include "host/dead_letters/redrive_check.hpp"
#include "host/kafka/record_writer.hpp"
#include "host/kafka/topic_reader.hpp"

namespace assay::host {

/// The letters of a case up to now are dealt with: one for each partition that has some.
[[nodiscard]] std::vector<Resolution> resolve_all(const LetterCase& one, Resolution how);

struct RedriveOutcome {
  LetterSubject subject{};
  std::uint32_t attempt = 0;  // 0: it stays where it is
  std::string why{};          // it stays
  LetterPlace to{};           // where it stands anew; not in a rehearsal
};

class Redrive final {
 public:
  enum class Mode : std::uint8_t { rehearse, write };

  /// Contacts nobody yet. The store must outlive it.
  [[nodiscard]] static tl::expected<std::unique_ptr<Redrive>, LetterError> open(
      const Config& config, LoopGuard guard, LetterStore& store);

  using Tell = std::function<void(RedriveOutcome)>;
  /// Each case is told of once, in the order of positions. An error ends it: what was not told of
  /// is as it was.
  [[nodiscard]] tl::expected<void, LetterError> run(std::span<const LetterCase> cases, Mode mode,
                                                    const Tell& tell);

 private:
  struct Ready {
    const LetterCase* one = nullptr;
    LogRecord record{};
    std::uint32_t attempt = 0;
  };

  Redrive(RedriveTerms terms, LetterStore& store) : terms_(std::move(terms)), store_(&store) {}
  tl::expected<void, LetterError> run_some(std::span<const LetterCase> cases, Mode mode,
                                           const Tell& tell);
  tl::expected<std::vector<Ready>, LetterError> look_up(std::span<const LetterCase> cases,
                                                        const Tell& tell);
  tl::expected<void, LetterError> write(const std::vector<Ready>& ready, const Tell& tell);

  RedriveTerms terms_;
  LetterStore* store_;
  std::string bootstrap_;
  KafkaProperties properties_;
  std::unique_ptr<TopicReader> reader_;
  std::unique_ptr<RecordWriter> writer_;  // once something is written
};

}  // namespace assay::host
