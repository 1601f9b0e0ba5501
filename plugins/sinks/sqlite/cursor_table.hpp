// The table of cursors as a person looks at it and sets it, for `assay cursor`.
//
// Thread: control.
#pragma once

#include <assay/database.hpp>
#include <string_view>

#include "plugins/sinks/sqlite/database.hpp"

namespace assay::sqlite {

// As assay/database.h has both.
void print_cursors(Database& database, std::string_view group, const TextStream& stream);
void set_cursor(Database& database, const assay_cursor& cursor);

}  // namespace assay::sqlite
