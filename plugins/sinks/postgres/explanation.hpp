// What the tables tell about one transaction, for `assay explain`.
//
// Thread: control.
#pragma once

#include <assay/database.hpp>
#include <string_view>

#include "plugins/sinks/postgres/settings.hpp"

namespace assay::postgres {

// Writes a JSON object a line, as assay/database.h has it. Reads the analysts' views as the
// administrator, which may be an analyst: the role that the engine runs with may write decisions
// and not read them.
void explain(const Settings& settings, std::string_view transaction_id, Deadline deadline,
             const TextStream& stream);

}  // namespace assay::postgres
