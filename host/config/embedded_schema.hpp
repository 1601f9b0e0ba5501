// The text of schema.json, built in: the host needs no file beside its binary.
//
// Thread: any.
#pragma once

#include <string_view>

namespace assay::host {

[[nodiscard]] std::string_view embedded_schema();

}  // namespace assay::host
