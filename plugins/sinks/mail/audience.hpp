// Who is told of a decision. Pure.
//
// The customer hears only reasons that were written for a customer: a word about structuring or a
// mule pattern would be tipping off. Everything else is the desk's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/sinks/mail/alert.hpp"

namespace assay::mail {

enum class Audience { customer, desk };

// Whom a step serves. A chain may have one step for both, or one for each.
enum class Serves {
  customer,  // the customer; the desk in the place of one who has no address
  desk,      // the desk, every decision with a hit, whether or not the customer is told
  both,  // the customer; the desk where there are reasons the customer is not told, or no address
};

struct Addressee {
  Audience audience = Audience::desk;
  std::string address;
};

struct Addressees {
  std::vector<Addressee> to;
  bool no_recipient = false;  // somebody should have been told and nobody can be
};

// `desk` is empty where none is configured.
[[nodiscard]] Addressees addressees(const Alert& alert, Serves serves, std::string_view desk);

}  // namespace assay::mail
