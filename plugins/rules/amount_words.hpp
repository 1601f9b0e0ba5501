// How a reason names an amount of the transaction: with its currency, where the schema has one.
#pragma once

#include <assay/binder.hpp>
#include <string>

namespace assay::rules {

// "{amount} {currency}"; `mark` is a piece of evidence or a field.
inline std::string with_currency(const Binder& binder, const std::string& mark = "{amount}") {
  return binder.type_of("currency") == ASSAY_TEXT ? mark + " {currency}" : mark;
}

}  // namespace assay::rules
