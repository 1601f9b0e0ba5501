// The configuration behind decisions: what a hash stands for.
//
// Everything that is judged under one carries a reference to it until it is delivered, so a sink
// can keep it beside the decisions even when another one is in force by then.
//
// Immutable; shared by whoever has it.
#pragma once

#include <string>

namespace assay::core {

struct Configuration {
  std::string hash;  // SHA-256 of `json`, in hexadecimal
  std::string json;  // canonical, secrets as ***
};

}  // namespace assay::core
