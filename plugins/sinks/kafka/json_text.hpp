// Values as JSON text.
//
// Thread: any.
#pragma once

#include <assay/row.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::kafka {

// With quotes; what JSON forbids inside of them is escaped.
void append_quoted(std::string_view text, std::string& json);
// The shortest text that reads back as the same number; null where it is no number.
void append_number(double value, std::string& json);
// RFC 3339 in UTC with as many digits of a second as there are: 0, 3, 6 or 9.
[[nodiscard]] std::string rfc3339(Time time);

// The row's cell as JSON; false, and nothing appended, where it is absent.
bool append_cell(const Row& row, std::uint32_t type, std::uint32_t column, std::string& json);

}  // namespace assay::kafka
