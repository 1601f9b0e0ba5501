// Whether a dead letter's record may be put back, and as what. Pure: what stands in the source was
// looked up before.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/dead_letters/stored_letter.hpp"
#include "host/kafka/log_record.hpp"
#include "host/kafka/redrive_headers.hpp"
#include "host/kafka/topic_reader.hpp"

namespace assay::host {

/// A record that failed after so many attempts is not put back without force: what is the matter
/// with it, another attempt does not mend.
inline constexpr std::uint32_t kMostRedrives = 3;

enum class LoopGuard : std::uint8_t { on, off };

struct RedriveTerms {
  std::string topic{};               // the source that transactions come from
  std::vector<std::string> steps{};  // that the chains have, e.g. `main.store`
  LoopGuard guard = LoopGuard::on;
};

/// What can be said before the source is asked; the error is why not.
[[nodiscard]] tl::expected<void, std::string> may_redrive(const StoredLetter& letter,
                                                          const RedriveTerms& terms);

/// The record to write, with its marks; the error is why not. `extent`: of its partition; nothing
/// where the source has no such partition. `found`: what stands at its place.
[[nodiscard]] tl::expected<LogRecord, std::string> redriven_record(
    const StoredLetter& letter, const RedriveTerms& terms,
    const std::optional<PartitionExtent>& extent, std::optional<LogRecord> found);

}  // namespace assay::host
