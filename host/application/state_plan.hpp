// The fingerprint of everything that remembers: features, ids of transactions, rules with state,
// and the key that hashes are made with.
//
// A snapshot that was taken under another one would be read as something it is not. What only
// judges (a threshold, a score, a rule without state) is not in it: tuning a rule costs no history.
//
// Thread: control.
#pragma once

#include <string>

#include "host/application/assembly.hpp"

namespace assay::host {

// 64 hexadecimal digits.
[[nodiscard]] std::string state_plan(const Assembly& assembly);

}  // namespace assay::host
