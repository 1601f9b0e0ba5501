// What the file tells about one transaction, for `assay explain`.
//
// Thread: control.
#pragma once

#include <assay/database.hpp>
#include <string_view>

#include "plugins/sinks/sqlite/database.hpp"

namespace assay::sqlite {

// Writes a JSON object a line, as assay/database.h has it.
void explain(Database& database, std::string_view transaction_id, const TextStream& stream);

}  // namespace assay::sqlite
