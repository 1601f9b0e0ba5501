// One decision as a mail tells it: values as text, safe to print, nothing left to look up.
//
// Made by AlertReader from a record; everything behind it (who is told, what is written) is a pure
// function of this.
#pragma once

#include <assay/values.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::mail {

struct NamedValue {
  std::string name;
  std::string value;
};

// What one rule said.
struct Finding {
  std::string rule;
  std::string reason;
  std::string words;           // for the analyst
  std::string customer_words;  // empty unless the customer may read them
  std::uint32_t version = 0;
  std::string score;
  std::vector<NamedValue> evidence;
};

struct Alert {
  // The record's name, for ever.
  std::string group;
  std::string step;
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t record_offset = 0;

  Time recorded_at;
  std::optional<Time> happened_at;
  std::string decision;  // approve, review, decline
  std::string score;

  // Empty where absent.
  std::string transaction_id;
  std::string user_id;
  std::string type;
  std::string amount;
  std::string currency;
  std::string merchant;
  std::string place;
  std::string card_last4;
  std::string holder_name;
  std::string holder_email;  // as it stands in the record, not judged yet
  std::string time_zone;

  std::vector<Finding> hits;        // live ones, in the order of the rules
  std::vector<Finding> unanswered;  // rules that could not say
};

}  // namespace assay::mail
