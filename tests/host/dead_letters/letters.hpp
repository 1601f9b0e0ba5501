// Dead letters that tests make up.
#pragma once

#include <string>
#include <utility>

#include "host/dead_letters/stored_letter.hpp"

namespace assay::testing {

inline host::StoredLetter a_letter(std::int64_t offset, host::LetterPlace place = {}) {
  host::StoredLetter letter;
  letter.subject = {"payments", 3, offset, "main.store"};
  letter.place = place;
  letter.error_class = "data";
  letter.code = "22001";
  letter.words = "value too long for column " + std::to_string(offset);
  letter.first_at = 1'000 + offset;
  return letter;
}

inline host::Resolution a_resolution(const host::StoredLetter& letter, host::LetterPlace through) {
  host::Resolution resolution;
  resolution.subject = letter.subject;
  resolution.through = through;
  resolution.at = 5'000;
  return resolution;
}

}  // namespace assay::testing
