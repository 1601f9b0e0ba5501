// The twenty features as one writes them without an engine: for each key a list of its events,
// walked anew for every answer.
//
// In order only, in one currency, with nothing that forgets: it does less than the engine does.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/model/row_block.hpp"

namespace assay::bench {

class PlainFeatures final {
 public:
  // Numbers in the order of twenty_features(); the text of `last` stands for itself by its size.
  using Answers = std::array<std::optional<double>, 20>;

  // `slots`: as FeatureWorld has them.
  explicit PlainFeatures(std::vector<core::Slot> slots) : slots_(std::move(slots)) {}

  Answers compute(const core::RowBlock& block, std::uint32_t row);

 private:
  struct Event {
    std::int64_t time;
    std::int64_t amount;
    std::uint64_t card;
    std::size_t merchant;
    double latitude;
    double longitude;
    std::string location;
  };
  using Events = std::deque<Event>;
  using Keys = std::unordered_map<std::uint64_t, Events>;

  std::vector<core::Slot> slots_;
  Keys cards_;
  Keys users_;
  Keys merchants_;
  Keys devices_;
};

}  // namespace assay::bench
