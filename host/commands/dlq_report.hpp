// Dead letters as text and as JSON: groups, single ones, one in full.
//
// Thread: any.
#pragma once

#include <string>
#include <vector>

#include "host/dead_letters/letter_box.hpp"
#include "host/dead_letters/letter_groups.hpp"

namespace assay::host {

/// 3:1042, as parse_position() reads it.
[[nodiscard]] std::string position_text(const LetterSubject& subject);
/// "open", "redriven", "dropped".
[[nodiscard]] std::string state_text(const LetterCase& one);

[[nodiscard]] std::string print_groups(const std::vector<LetterGroup>& groups);
[[nodiscard]] std::string json_of_groups(const std::vector<LetterGroup>& groups);

[[nodiscard]] std::string print_each(const std::vector<LetterCase>& cases);
[[nodiscard]] std::string json_of_each(const std::vector<LetterCase>& cases);

/// One in full; `place` is the name of the store.
[[nodiscard]] std::string print_letter(const LetterCase& one, const std::string& place);
[[nodiscard]] std::string json_of_letters(const std::vector<LetterCase>& cases);

}  // namespace assay::host
