// Declarations of a rule in another process, handed to the engine's binder.
//
// Thread: whoever binds the rule.
#pragma once

#include <assay/binder.h>

#include "host/isolation/exchange.hpp"
#include "host/isolation/message.hpp"
#include "host/plugins/repeated_binder.hpp"

namespace assay::host {

// False where the call is no sound one. `declared`, where there is one, takes down what was
// granted.
[[nodiscard]] bool serve_binder(Tell call, MessageReader asked, const assay_binder& binder,
                                Declarations* declared, MessageWriter& reply);

// What the binder offers, for those who bind later.
[[nodiscard]] std::vector<Declarations::Offer> offers_of(const assay_binder& binder);

}  // namespace assay::host
