// What a redrive did, or would do: one line for each record that stays, a count of those that move.
//
// Thread: any.
#pragma once

#include <string>
#include <vector>

#include "host/dead_letters/redrive.hpp"

namespace assay::host {

class RedriveReport final {
 public:
  enum class Tense : std::uint8_t { future, past };

  explicit RedriveReport(Tense tense) : tense_(tense) {}

  void add(RedriveOutcome outcome) { outcomes_.push_back(std::move(outcome)); }
  [[nodiscard]] std::size_t moved() const;
  [[nodiscard]] std::size_t left() const { return outcomes_.size() - moved(); }

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string json() const;

 private:
  Tense tense_;
  std::vector<RedriveOutcome> outcomes_;
};

}  // namespace assay::host
