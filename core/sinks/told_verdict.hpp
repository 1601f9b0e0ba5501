// A verdict as a record tells it: in words, with nothing left to look up.
//
// The engine builds records from verdicts of the moment; a record that was kept as text and comes
// back has its verdicts like this.
#pragma once

#include <assay/record.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/layout.hpp"

namespace assay::core {

struct ToldEvidence {
  std::string name;
  std::string unit;
  FieldType type = FieldType::int64;
  std::int64_t bits = 0;
};

struct ToldVerdict {
  std::string rule;
  std::string plugin;
  std::string reason;
  std::string words;
  std::string customer_words;  // empty unless the customer may read the reason
  std::uint32_t version = 0;
  std::uint16_t answer = ASSAY_HIT;
  std::uint16_t mode = ASSAY_LIVE;
  std::uint16_t action = ASSAY_ACTION_NONE;
  std::int32_t score = 0;  // millionths
  std::vector<ToldEvidence> evidence;
};

}  // namespace assay::core
