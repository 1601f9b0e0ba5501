// One transaction after it was judged, whole and in texts: for a person, a test, a JSON document.
//
// A copy: it lives as long as whoever asked wants it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/decision.hpp"
#include "core/model/layout.hpp"

namespace assay::host {

struct JudgedField {
  std::string name;
  core::FieldType type = core::FieldType::text;
  std::optional<std::string> value;  // as a person reads it; nothing: absent
};

struct JudgedEvidence {
  std::string name;
  std::string value;  // with its unit
};

// A part of a condition, outer ones first: `attempts > 4`, then `attempts`.
struct JudgedPart {
  std::string text;
  std::string value;  // "absent" and "error: .." among them
};

struct JudgedVerdict {
  std::string rule;
  std::uint32_t version = 1;
  bool shadow = false;
  std::uint16_t answer = ASSAY_NO_HIT;
  std::string reason;          // its code; of hits
  double score = 0;            // 0 to 1; of hits
  std::string words;           // for the analyst; of hits
  std::string customer_words;  // empty where the customer is not told
  std::string failure{};       // why; of errors
  std::vector<JudgedEvidence> evidence;
  std::vector<JudgedPart> parts;  // of a rule without code
};

struct Judged {
  std::vector<JudgedField> fields;      // the message's, the holder's, features, the engine's own
  std::vector<JudgedVerdict> verdicts;  // of every rule, in their order
  core::Outcome outcome = core::Outcome::approve;
  double score = 0;                // 0 to 1
  std::vector<std::string> steps;  // ids of the chain steps that take it

  [[nodiscard]] const JudgedField* field(std::string_view name) const;
  [[nodiscard]] const JudgedVerdict* verdict(std::string_view rule) const;
};

// "no_hit", "hit", "inconclusive", "error", "not_evaluated".
[[nodiscard]] std::string_view answer_name(std::uint16_t answer);

}  // namespace assay::host
