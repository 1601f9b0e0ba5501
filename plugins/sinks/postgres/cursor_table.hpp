// The table of cursors as a person looks at it and sets it, for `assay cursor`.
//
// Thread: control.
#pragma once

#include <assay/database.hpp>
#include <string_view>

#include "plugins/sinks/postgres/settings.hpp"

namespace assay::postgres {

// As assay/database.h has both; as the administrator.
void print_cursors(const Settings& settings, std::string_view group, Deadline deadline,
                   const TextStream& stream);
void set_cursor(const Settings& settings, const assay_cursor& cursor, Deadline deadline);

}  // namespace assay::postgres
