#include "core/decode/money.hpp"

#include <assay/values.hpp>

namespace assay::core {

// One way to write an amount, for rules and for the engine.
std::string format_money(std::int64_t units) { return assay::to_string(assay::Money{units}); }

}  // namespace assay::core
