// What a test says of the records that a sink shall write: by field name, with values as a person
// thinks of them. Which of the fields become columns is the sink's affair.
#pragma once

#include <assay/plugin.h>

#include <assay/values.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace assay::testing::sinks {

// A cell's value; std::monostate is an absent one. The alternative must fit the offered type.
using Value = std::variant<std::monostate, std::int64_t, double, bool, Time, Duration, Money,
                           std::string, Token>;

struct OfferedField {
  std::string name;
  std::uint32_t type;  // ASSAY_INT64, ...
};

// The sample schema's fields and the host's own, as a decision and as a holder offer them.
std::vector<OfferedField> sample_decision_fields();
std::vector<OfferedField> sample_holder_fields();

struct RecordedEvidence {
  std::string name;
  Value value;
  std::string unit;
};

struct RecordedVerdict {
  std::string rule = "large_amount";
  std::string plugin = "large_amount";
  std::string reason = "amount_over_limit";
  std::string words = "amount over the limit";
  std::string customer_words;
  std::vector<RecordedEvidence> evidence;
  std::uint32_t version = 1;
  std::uint16_t answer = ASSAY_HIT;
  std::uint16_t mode = ASSAY_LIVE;
  std::int32_t score = 800'000;
  std::uint16_t action = ASSAY_ACTION_NONE;
};

struct RecordedRow {
  std::map<std::string, Value> fields;  // a name that the sink did not bind is left out
  std::vector<RecordedVerdict> verdicts;
};

struct RecordedBatch {
  std::uint32_t kind = ASSAY_DECISION;
  std::string group = "assay";
  std::string step = "main.store";
  std::string topic = "transactions";
  std::int32_t partition = 0;
  std::int64_t first_offset = 0;
  std::int64_t next_offset = 0;
  std::vector<RecordedRow> rows;
};

}  // namespace assay::testing::sinks
