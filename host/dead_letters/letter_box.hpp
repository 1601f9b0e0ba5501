// All dead letters of a place, each subject once, with what became of it.
//
// Letters and resolutions are added in any order between partitions and in their own order within
// one; a subject is open while one of its letters stands behind every resolution of its partition.
//
// Thread: one at a time.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "host/dead_letters/stored_letter.hpp"

namespace assay::host {

struct LetterCase {
  StoredLetter letter{};  // the newest of its open letters, or of all
  std::vector<LetterPlace> letters{};
  std::optional<Resolution> resolution{};  // the latest
  bool open = true;
};

class LetterBox final {
 public:
  void add(StoredNote note);

  /// In the order of topic, partition, offset, step.
  [[nodiscard]] std::vector<LetterCase> cases() &&;
  /// Records that are neither letters nor resolutions.
  [[nodiscard]] std::size_t strangers() const { return strangers_; }

 private:
  struct Found {
    std::vector<StoredLetter> letters;
    std::vector<Resolution> resolutions;
  };

  std::map<LetterSubject, Found> all_;
  std::size_t strangers_ = 0;
};

}  // namespace assay::host
