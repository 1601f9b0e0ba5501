// Which dead letters a person means.
//
// Thread: any; plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "host/dead_letters/letter_box.hpp"

namespace assay::host {

/// Of a record in the source: 3:1042, or payments:3:1042.
struct LetterPosition {
  std::string topic{};  // empty: any
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};
[[nodiscard]] tl::expected<LetterPosition, std::string> parse_position(std::string_view text);
/// Nanoseconds since 1970: a time (2026-11-26T12:00:00Z), or how long ago (2h).
[[nodiscard]] tl::expected<std::int64_t, std::string> parse_since(std::string_view text,
                                                                  std::int64_t now);

/// The step of a letter in people's words: letters of records that did not decode have none.
inline constexpr std::string_view kDecodeStep = "decode";
[[nodiscard]] std::string step_name(const LetterSubject& subject);

struct LetterFilter {
  enum class State : std::uint8_t { open, resolved, all };

  State state = State::open;
  std::string step{};    // empty: any
  std::string code{};    // the same
  std::string reason{};  // part of the words
  std::string topic{};
  std::optional<std::int64_t> since{};  // failed then or later, nanoseconds since 1970
  std::vector<LetterPosition> positions{};

  [[nodiscard]] bool takes(const LetterCase& one) const;
  /// Whether it leaves anything out beside the state.
  [[nodiscard]] bool narrow() const {
    return !step.empty() || !code.empty() || !reason.empty() || !topic.empty() || since ||
           !positions.empty();
  }
};

}  // namespace assay::host
