// Transactions as JSON with everything that twenty features over four keys read.
//
// The first of them go through all cards, one after the other in no order, so that from then on
// each card is alive; later ones are drawn. The same on every run.
#pragma once

#include <cstdint>
#include <string>

#include "bench/support/key_stream.hpp"

namespace assay::bench {

class Payments final {
 public:
  // `cards`: no multiple of 2,654,435,761. A customer has two of them. `step`: milliseconds from
  // one transaction to the next.
  Payments(std::uint64_t cards, std::uint64_t merchants, Keys keys, std::uint64_t step)
      : cards_(cards), merchants_(merchants), step_(step), keys_(keys) {}

  std::string next();

 private:
  std::uint64_t cards_;
  std::uint64_t merchants_;
  std::uint64_t step_;
  KeyStream keys_;
  std::uint64_t number_ = 0;
};

}  // namespace assay::bench
