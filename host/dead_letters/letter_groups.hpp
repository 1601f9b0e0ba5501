// Dead letters of one cause, together: by step, code and reason.
//
// Thread: any; plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/dead_letters/letter_box.hpp"

namespace assay::host {

struct LetterGroup {
  std::string step{};  // as step_name() says it
  std::string code{};
  std::string reason{};  // the words; with `#` for numbers where they differ in those
  std::size_t count = 0;
  std::size_t open = 0;
  std::int64_t oldest = 0;  // failures, nanoseconds since 1970
  std::int64_t newest = 0;
  std::vector<std::int32_t> partitions{};  // of the source, in order, each once
  LetterSubject example{};                 // the newest
};

/// The words without what differs from record to record: each number becomes `#`.
[[nodiscard]] std::string without_numbers(std::string_view words);

/// The largest group first.
[[nodiscard]] std::vector<LetterGroup> group_letters(const std::vector<LetterCase>& cases);

}  // namespace assay::host
